"""Networks that look at pictures: what comes before the Dense layers, as plain values.

A convolution has no padding and a ReLU behind it; a pooling has windows of 2 x 2, or takes the mean
of all places. Pictures and activations are (height, width, channels).
"""

from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Convolution:
    """So many filters of `side` x `side`."""

    filters: int
    side: int = 3

    def after(self, shape: Shape) -> Shape:
        """The outputs' shape for inputs of this shape."""
        return shape[0] - self.side + 1, shape[1] - self.side + 1, self.filters


@dataclass(frozen=True)
class Pooling:
    """`"max"` or `"average"` of 2 x 2; `"mean"` of all places."""

    kind: str

    def after(self, shape: Shape) -> Shape:
        """The outputs' shape for inputs of this shape."""
        return (1, 1, shape[2]) if self.kind == "mean" else (shape[0] // 2, shape[1] // 2, shape[2])


@dataclass(frozen=True)
class Stack:
    """A picture's shape, and the layers that it goes through; what comes out is flattened."""

    picture: Shape
    layers: tuple[Convolution | Pooling, ...]

    @property
    def shapes(self) -> list[Shape]:
        """The picture's, and every layer's outputs'."""
        found = [self.picture]
        for layer in self.layers:
            found.append(layer.after(found[-1]))
        return found

    @property
    def outputs(self) -> int:
        """How many numbers come out."""
        return prod(self.shapes[-1])

    @property
    def kernels(self) -> list[tuple[int, int, int, int]]:
        """The shapes of the convolutions' kernels: side, side, channels, filters."""
        return [
            (layer.side, layer.side, shape[2], layer.filters)
            for layer, shape in zip(self.layers, self.shapes, strict=False)
            if isinstance(layer, Convolution)
        ]

    @property
    def products(self) -> list[tuple[int, int, int]]:
        """Each convolution as a matrix product: windows of a picture, their size, filters."""
        places = [
            prod(after[:2])
            for layer, (_, after) in zip(self.layers, pairwise(self.shapes), strict=True)
            if isinstance(layer, Convolution)
        ]
        return [(n, prod(k[:3]), k[3]) for n, k in zip(places, self.kernels, strict=True)]

    def weights(self, draws: np.random.Generator) -> list[np.ndarray]:
        """`[K1, b1, K2, b2, ...]` in float32: Glorot's uniform, and zeros."""
        found = []
        for kernel in self.kernels:
            limit = np.sqrt(6 / (prod(kernel[:2]) * (kernel[2] + kernel[3])))
            found.append(draws.uniform(-limit, limit, kernel).astype("float32"))
            found.append(np.zeros(kernel[3], "float32"))
        return found


# A 1 x 1 convolution in front costs little, and makes what follows hand its gradient on.
STACKS = {
    "conv 28x28x1 to 32": Stack((28, 28, 1), (Convolution(32), Pooling("mean"))),
    "conv 14x14x32 to 64": Stack(
        (14, 14, 1), (Convolution(32, side=1), Convolution(64), Pooling("mean"))
    ),
    "max-pool 28x28x32": Stack(
        (28, 28, 1), (Convolution(32, side=1), Pooling("max"), Pooling("mean"))
    ),
    "cnn": Stack(
        (28, 28, 1), (Convolution(32), Pooling("max"), Convolution(64), Pooling("max"))
    ),
}  # fmt: skip
"""The convolutions and the pooling one by one, and the network of `keras_models/cnn.py`."""

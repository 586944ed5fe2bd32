"""Up-sampling: images some times as large.

    nearest    y[i] = x[i // size], along every axis      dx[j] = sum of dy[i] where i // size = j

A two-dimensional one may also draw smooth lines between the places; see `ops.image.resize`, which
is the definition then, and differentiated.
"""

from typing import Any, ClassVar

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.layers.base.sizes import standardize_tuple
from scratch.network.node import Node
from scratch.serialization.configured import configured


class _UpSampling(Layer):
    """What all of them have in common.

    Args:
        size: how many times as large, one number for all axes or one for each.
        data_format: where the channels are; default: `config.image_data_format()`.

    Raises:
        ValueError: for sizes that are not positive, or an unknown data format.
    """

    rank: ClassVar[int]
    size: Any
    data_format = "channels_last"

    def steps(self) -> list[tuple[int, int]]:
        """Each spatial axis and how many times as long it becomes."""
        first = 1 if self.data_format == "channels_last" else 2
        sizes = (self.size,) * self.rank if isinstance(self.size, int) else self.size
        return [(first + number, size) for number, size in enumerate(sizes)]

    def call(self, inputs: Any) -> Any:
        for axis, size in self.steps():
            inputs = ops.repeat(inputs, size, axis=axis)
        return inputs

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: every place repeated, along all axes at once."""
        shape, wide, ones = self._shapes(x.shape)
        y = node.buffer("y", shape, x.dtype)
        y.reshape(wide)[...] = x.reshape(ones)
        return y

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: the sum of dy over the repetitions."""
        if not node.needs_dx:
            return None
        repetitions = tuple(axis + number + 1 for number, (axis, _) in enumerate(self.steps()))
        old = list(dy.shape)
        for axis, size in self.steps():
            old[axis] //= size
        return dy.reshape(self._shapes(tuple(old))[1]).sum(axis=repetitions)

    def _shapes(self, shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Of y; of y with an axis for the repetitions behind each spatial one; of x likewise."""
        sizes = dict(self.steps())
        pairs = [(n, sizes.get(axis)) for axis, n in enumerate(shape)]
        return (
            tuple(n * (k or 1) for n, k in pairs),
            tuple(m for n, k in pairs for m in ((n,) if k is None else (n, k))),
            tuple(m for n, k in pairs for m in ((n,) if k is None else (n, 1))),
        )

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape, its spatial axes `size` times as long."""
        sizes = dict(self.steps())
        return tuple(
            None if n is None else n * sizes.get(axis, 1) for axis, n in enumerate(input_shape)
        )


@configured()
class UpSampling1D(_UpSampling):
    """Every step `size` times (`keras.layers.UpSampling1D`).

    Args:
        size: a number.

    Raises:
        TypeError: for a size that is no integer.
        ValueError: for one that is not positive.
    """

    rank = 1

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"Expected an integer value for `size`, got {type(size)}.")
        if size <= 0:
            raise ValueError(f"Argument `size` should be a positive integer. Received: size={size}")
        self.size = size
        self.input_spec = InputSpec(ndim=3)


@configured()
class UpSampling2D(_UpSampling):
    """Images `size` times as large (`keras.layers.UpSampling2D`).

    Args:
        size, data_format: see above.
        interpolation: `"nearest"`, or what `ops.image.resize` knows.
    """

    rank = 2

    def call(self, inputs: Any) -> Any:
        if self.interpolation == "nearest":
            return super().call(inputs)
        (rows, _), (columns, _) = self.steps()
        size = (inputs.shape[rows] * self.size[0], inputs.shape[columns] * self.size[1])
        return ops.image.resize(
            inputs, size, interpolation=self.interpolation, data_format=self.data_format
        )

    forward, backward = _UpSampling.forward, _UpSampling.backward

    @property
    def one_node(self) -> bool:
        return super().one_node and self.interpolation == "nearest"

    def __init__(
        self,
        size: Any = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.size = standardize_tuple(size, 2, "size")
        self.interpolation = interpolation.lower()
        self.input_spec = InputSpec(ndim=4)


@configured()
class UpSampling3D(_UpSampling):
    """Volumes `size` times as large (`keras.layers.UpSampling3D`)."""

    rank = 3

    def __init__(
        self, size: Any = (2, 2, 2), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.size = standardize_tuple(size, 3, "size")
        self.input_spec = InputSpec(ndim=5)

"""Other shapes for the same numbers; the gradient takes the way back.

Reshape         (batch, ...) -> (batch, *target_shape)       dx = dy in the shape of x
Permute         axes in another order                        dx = dy, axes put back
RepeatVector    (batch, k) -> (batch, n, k), n copies        dx = sum of dy over the copies
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.network.node import Node
from scratch.serialization.configured import configured


@configured()
class Reshape(Layer):
    """Gives every sample another shape (`keras.layers.Reshape`).

    Args:
        target_shape: of a sample; one entry may be -1: whatever is left.

    Raises:
        ValueError: for more than one -1, a size below -1, or a sample of another size.
    """

    def call(self, x: Any) -> Any:
        return ops.reshape(x, (-1, *self._sample(tuple(x.shape[1:]))))

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: a view of x where its memory allows that, else a copy."""
        node.x = x
        return x.reshape(len(x), *self._sample(x.shape[1:]))

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: dy in the shape of x."""
        return dy.reshape(node.x.shape)

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        target_shape = tuple(target_shape)
        if any(n < -1 for n in target_shape) or target_shape.count(-1) > 1:
            raise ValueError(
                "Each entry of `target_shape` must be a non-negative integer, or -1, at most once, "
                f"for what is left. Received: target_shape={target_shape}"
            )
        self.target_shape = target_shape
        self.built = True

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """`(batch, *target_shape)`."""
        return (input_shape[0], *self._sample(tuple(input_shape[1:])))

    def _sample(self, given: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The target shape for samples of shape `given`, its -1 worked out where that is known."""
        known = math.prod(n for n in self.target_shape if n != -1)
        if None in given:
            return tuple(None if n == -1 else n for n in self.target_shape)
        size = math.prod(n for n in given if n is not None)
        rest = size // known if known else 0
        if known * (rest if -1 in self.target_shape else 1) != size:
            raise ValueError(
                f"The total size of the tensor must be unchanged. Received: "
                f"input_shape={given}, target_shape={self.target_shape}"
            )
        return tuple(rest if n == -1 else n for n in self.target_shape)


@configured()
class Permute(Layer):
    """Puts the axes of every sample in another order (`keras.layers.Permute`).

    Args:
        dims: the axes in their new order, counted from 1: (2, 1) transposes.

    Raises:
        ValueError: for numbers that are not 1, 2, ... in some order, or an input of another rank.
    """

    def call(self, x: Any) -> Any:
        return ops.transpose(x, (0, *self.dims))

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: a view of x with its axes in the new order."""
        return x.transpose(0, *self.dims)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: dy with its axes back in the order of x."""
        return dy.transpose(np.argsort((0, *self.dims)))

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(dims) != list(range(1, len(dims) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in "
                f"`dims` must be consecutive and start from 1. Received dims={dims}"
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's sizes in the new order."""
        return (input_shape[0], *(input_shape[d] for d in self.dims))


@configured()
class RepeatVector(Layer):
    """Repeats every sample n times: (batch, k) -> (batch, n, k) (`keras.layers.RepeatVector`).

    Args:
        n: how many times.

    Raises:
        TypeError: when n is no integer.
        ValueError: when n is not positive, or the input is no matrix.
    """

    def call(self, x: Any) -> Any:
        return ops.repeat(ops.expand_dims(x, 1), self.n, axis=1)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: n copies of every sample, (batch, n, k)."""
        return np.repeat(x[:, None], self.n, axis=1)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: the sum of dy over the copies."""
        return dy.sum(axis=1)

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(n, int) or isinstance(n, bool):
            raise TypeError(f"Expected an integer value for `n`, got {type(n)}.")
        if n <= 0:
            raise ValueError(f"Argument `n` should be a positive integer. Received: n={n!r}")
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """`(batch, n, k)`."""
        return (input_shape[0], self.n, input_shape[1])

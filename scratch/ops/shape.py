"""The same numbers in another arrangement.

The derivative of an arrangement is the opposite arrangement: of a reshape the reshape back, of a
transposition the inverse one, of a concatenation the cut, of a repetition the sum.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.symbol import Symbol
from scratch.ops.reduction import sum_to

# One tensor, another shape -------------------------------------------------------------------


def _reshape_like_derivative(dy: Any, y: Any, x: Any, like: Any) -> tuple:
    return reshape_like(dy, x), None


@operation(derivative=_reshape_like_derivative)
def reshape_like(x: Tensor, like: Tensor) -> Tensor:
    """`x` in the shape of `like`."""
    return np.reshape(x, np.shape(like))


def reshape(x: Any, newshape: Any) -> Any:
    """The same numbers in another shape.

    Args:
        x: any shape.
        newshape: the shape; -1 once, for the size that is left. Sizes may be symbols.

    Raises:
        InvalidArgumentError: when the numbers do not fill that shape.
    """
    return _reshape(x, *_sizes(newshape))


@operation(derivative=lambda dy, y, x, *sizes: (reshape_like(dy, x), *(None for _ in sizes)))
def _reshape(x: Tensor, *sizes: Tensor) -> Tensor:
    return np.reshape(x, [int(n) for n in sizes])


def broadcast_to(x: Any, shape: Any) -> Any:
    """`x` repeated along new axes and along axes of size 1, to `shape`."""
    return _broadcast_to(x, *_sizes(shape))


@operation(derivative=lambda dy, y, x, *sizes: (sum_to(dy, x), *(None for _ in sizes)))
def _broadcast_to(x: Tensor, *sizes: Tensor) -> Tensor:
    return np.broadcast_to(x, [int(n) for n in sizes])


def _sizes(shape: Any) -> Sequence[Any]:
    if isinstance(shape, Symbol):  # a tensor of sizes
        return list(shape)
    return [shape] if isinstance(shape, int) else list(shape)


@operation(error=ValueError, derivative=lambda dy, y, x, axis: reshape_like(dy, x))
def expand_dims(x: Tensor, axis: Any) -> Tensor:
    """`x` with new axes of size 1 at the places `axis` of the result."""
    return np.expand_dims(x, axis)


@operation(error=ValueError, derivative=lambda dy, y, x, axis: reshape_like(dy, x))
def squeeze(x: Tensor, axis: Any = None) -> Tensor:
    """`x` without its axes of size 1, or without those in `axis`."""
    return np.squeeze(x, axis)


@operation(derivative=lambda dy, y, x: reshape_like(dy, x))
def ravel(x: Tensor) -> Tensor:
    """All numbers along one axis: (..., n) -> (size,)."""
    return np.reshape(x, -1)


# Axes in another order -----------------------------------------------------------------------


def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """The axes in another order: axis i of the result is axis `axes[i]` of `x`; default reversed.

    Raises:
        ValueError: when `axes` is no permutation of the axes of `x`.
    """
    return _transpose(x, axes=tuple(axes) if axes else None)


def _inverse(axes: tuple[int, ...] | None) -> tuple[int, ...] | None:
    return None if axes is None else tuple(int(i) for i in np.argsort(np.mod(axes, len(axes))))


@operation(error=ValueError, derivative=lambda dy, y, x, axes: transpose(dy, _inverse(axes)))
def _transpose(x: Tensor, axes: Any = None) -> Tensor:
    return np.transpose(x, axes)


def _swapaxes_derivative(dy: Any, y: Any, x: Any, axis1: Any, axis2: Any) -> Any:
    return swapaxes(dy, axis1, axis2)


@operation(error=ValueError, derivative=_swapaxes_derivative)
def swapaxes(x: Tensor, axis1: int, axis2: int) -> Tensor:
    """`x` with two axes exchanged."""
    return np.swapaxes(x, axis1, axis2)


def _moveaxis_derivative(dy: Any, y: Any, x: Any, source: Any, destination: Any) -> Any:
    return moveaxis(dy, destination, source)


@operation(error=ValueError, derivative=_moveaxis_derivative)
def moveaxis(x: Tensor, source: Any, destination: Any) -> Tensor:
    """`x` with the axes `source` at the places `destination`, the others in their order."""
    return np.moveaxis(x, source, destination)


def _flip_derivative(dy: Any, y: Any, x: Any, axis: Any) -> Any:
    return flip(dy, axis)


@operation(error=ValueError, derivative=_flip_derivative)
def flip(x: Tensor, axis: Any = None) -> Tensor:
    """`x` in reversed order along `axis`, or along every axis."""
    return np.flip(x, axis)


# Constants of the same shape ----------------------------------------------------------------


@operation()
def zeros_like(x: Tensor, dtype: Any = None) -> Tensor:
    """Zeros in the shape of `x`, and in its type unless `dtype` says another."""
    return np.zeros_like(x, dtype=dtype)


@operation()
def ones_like(x: Tensor, dtype: Any = None) -> Tensor:
    """Ones in the shape of `x`, and in its type unless `dtype` says another."""
    return np.ones_like(x, dtype=dtype)

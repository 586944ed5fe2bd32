"""Reductions: many numbers become one, along one axis, several, or all (`axis=None`).

    y = sum x      dx = dy, spread over what was summed
    y = mean x     dx = dy / n, spread
    y = max x      dx = dy, to the largest; ties share it equally
    y = prod x     dx_i = dy * product of all others

`spread` and `sum_to` undo each other: the derivative of a sum is a broadcast, and the derivative of
a broadcast is a sum.
"""

import builtins
import math
from typing import Any

import numpy as np

from scratch.ops.arithmetic import maximum, minimum, sqrt, square, subtract
from scratch.ops.casting import cast_like
from scratch.ops.comparison import equal, not_equal, where
from scratch.ops.complex_step import is_complex, real
from scratch.ops.elementwise import exp
from scratch.ops.graph.operation import Tensor, operation

# The types that sums and products of small integers have in Keras.
_WIDER = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}


def _spread_derivative(dy: Any, y: Any, x: Any, like: Any, axis: Any, keepdims: bool) -> tuple:
    return sum(dy, axis=axis, keepdims=keepdims), None


@operation(derivative=_spread_derivative)
def spread(x: Tensor, like: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The reduced `x`, repeated along `axis` until it has the shape of `like`."""
    shape = np.shape(like)
    if not keepdims:
        x = np.reshape(x, [1 if i in _axes(axis, len(shape)) else n for i, n in enumerate(shape)])
    return np.broadcast_to(x, shape)


def _sum_to_derivative(dy: Any, y: Any, x: Any, like: Any) -> tuple:
    return broadcast_like(dy, x), None


@operation(derivative=_sum_to_derivative)
def sum_to(x: Tensor, like: Tensor) -> Tensor:
    """Unbroadcast: `x` summed over the axes along which `like` was repeated, in its type.

    The vector-Jacobian product of broadcasting, whatever the size of the batch.
    """
    x = sum_to_shape(x, np.shape(like))
    dtype = getattr(like, "dtype", x.dtype)
    return x.astype(dtype) if x.dtype != dtype and x.dtype.kind == dtype.kind == "f" else x


@operation(derivative=lambda dy, y, x, like: (sum_to(dy, x), None))
def broadcast_like(x: Tensor, like: Tensor) -> Tensor:
    """`x` repeated to the shape of `like`."""
    return np.broadcast_to(x, np.shape(like))


def sum_to_shape(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Unbroadcast: `x` summed over the axes along which `shape` was broadcast to `x.shape`."""
    if x.shape == shape:
        return x
    extra = x.ndim - len(shape)
    repeated = [i for i, n in enumerate(shape, extra) if n == 1 and x.shape[i] != 1]
    return np.sum(x, axis=(*range(extra), *repeated), keepdims=True).reshape(shape)


@operation(derivative=lambda dy, y, x, axis, keepdims: spread(dy, x, axis=axis, keepdims=keepdims))
def sum(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The sum. Integers of fewer than 32 bits are added up in 32."""
    dtype = _WIDER.get(x.dtype.name, x.dtype)
    return np.sum(x, axis=axis, keepdims=keepdims, dtype=dtype)


def _mean_derivative(dy: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    return spread(dy, x, axis=axis, keepdims=keepdims) / _count(x, axis=axis)


@operation(floating=True, derivative=_mean_derivative)
def mean(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The mean; of integers a float. Nothing at all has mean NaN."""
    if _count.compute(x, axis) == 0:  # NumPy would warn
        return np.divide(np.sum(x, axis=axis, keepdims=keepdims), 0)
    return np.mean(x, axis=axis, keepdims=keepdims)


@operation()
def _count(x: Tensor, axis: Any = None) -> Tensor:
    """How many numbers are reduced to one: a Python number, which takes on any type."""
    return math.prod(np.shape(x)[i] for i in _axes(axis, np.ndim(x)))


def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance: the mean squared distance from the mean."""
    return mean(
        square(subtract(x, mean(x, axis=axis, keepdims=True))), axis=axis, keepdims=keepdims
    )


def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The standard deviation: the square root of the variance."""
    return sqrt(var(x, axis=axis, keepdims=keepdims))


def _extremum_derivative(dy: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    chosen = cast_like(equal(x, spread(y, x, axis=axis, keepdims=keepdims)), x)
    share = chosen / sum(chosen, axis=axis, keepdims=True)
    return share * spread(dy, x, axis=axis, keepdims=keepdims)


@operation(derivative=_extremum_derivative)
def _max(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    return _extremum(np.max, np.argmax, x, axis, keepdims)


@operation(derivative=_extremum_derivative)
def _min(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    return _extremum(np.min, np.argmin, x, axis, keepdims)


def max(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The largest, and at least `initial`. Derivative: ties share it equally.

    Raises:
        InvalidArgumentError: when there is nothing to choose from.
    """
    y = _max(x, axis=axis, keepdims=keepdims)
    return y if initial is None else maximum(y, initial)


def min(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The smallest, and at most `initial`. Derivative: ties share it equally.

    Raises:
        InvalidArgumentError: when there is nothing to choose from.
    """
    y = _min(x, axis=axis, keepdims=keepdims)
    return y if initial is None else minimum(y, initial)


def amax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest: `max` without `initial`."""
    return _max(x, axis=axis, keepdims=keepdims)


def amin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest: `min` without `initial`."""
    return _min(x, axis=axis, keepdims=keepdims)


def _prod_derivative(dy: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    others = _prod_of_others(x, axis=axis)
    return spread(dy, x, axis=axis, keepdims=keepdims) * others


@operation(derivative=_prod_derivative)
def prod(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The product along `axis`."""
    return np.prod(x, axis=axis, keepdims=keepdims, dtype=_WIDER.get(x.dtype.name, x.dtype))


def _prod_of_others(x: Any, axis: Any) -> Any:
    """For each number the product of all others along `axis`: no division, so zeros are welcome."""
    rows = as_rows(x, axis=axis)  # (..., n)
    n = _count(x, axis=axis)
    return _from_rows(prod(_without_each(rows, n), axis=-1), x, axis=axis)


def _without_each_derivative(dy: Any, y: Any, x: Any, n: Any) -> tuple:
    return sum(_diagonal_to_zero(dy), axis=-2), None


@operation(derivative=_without_each_derivative)
def _without_each(x: Tensor, n: Tensor) -> Tensor:
    """(..., n) -> (..., n, n): row i is x with a 1 in place of x_i."""
    return np.where(np.eye(int(n), dtype=bool), np.ones((), x.dtype), x[..., None, :])


def _diagonal_to_zero_derivative(dy: Any, y: Any, x: Any) -> Any:
    return _diagonal_to_zero(dy)


@operation(derivative=_diagonal_to_zero_derivative)
def _diagonal_to_zero(x: Tensor) -> Tensor:
    return np.where(np.eye(x.shape[-1], dtype=bool), np.zeros((), x.dtype), x)


def _as_rows_derivative(dy: Any, y: Any, x: Any, axis: Any) -> Any:
    return _from_rows(dy, x, axis=axis)


@operation(derivative=_as_rows_derivative)
def as_rows(x: Tensor, axis: Any = None) -> Tensor:
    """The axes in `axis` moved to the end and made one."""
    axes = _axes(axis, x.ndim)
    moved = np.moveaxis(x, axes, range(-len(axes), 0))
    return moved.reshape(*moved.shape[: x.ndim - len(axes)], -1)


@operation(derivative=lambda dy, y, x, like, axis: (as_rows(dy, axis=axis), None))
def _from_rows(x: Tensor, like: Tensor, axis: Any = None) -> Tensor:
    """Undoes `as_rows`."""
    axes = _axes(axis, like.ndim)
    shape = [*x.shape[:-1], *(like.shape[i] for i in axes)]
    return np.moveaxis(x.reshape(shape), range(-len(axes), 0), axes)


def _logsumexp_derivative(dy: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    dy, y = (spread(a, x, axis=axis, keepdims=keepdims) for a in (dy, y))
    return dy * exp(x - y)


@operation(floating=True, derivative=_logsumexp_derivative)
def logsumexp(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """`log(sum(exp(x)))`, without overflow."""
    top = np.max(real(x), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    y = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return y if keepdims else np.squeeze(y, tuple(_axes(axis, np.ndim(x))))


# Piecewise constant: no derivative -----------------------------------------------------------


@operation()
def all(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Whether all are true (not 0)."""
    return np.all(real(x), axis=axis, keepdims=keepdims)


@operation()
def any(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Whether at least one is true (not 0)."""
    return np.any(real(x), axis=axis, keepdims=keepdims)


def count_nonzero(x: Any, axis: Any = None) -> Any:
    """The number of entries that are not 0, as int32."""
    return sum(where(not_equal(x, 0), 1, 0), axis=axis)


@operation()
def argmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The place of the largest, as int32; of equals the first. -0 counts as smaller than 0.

    NaN is passed over, as in TensorFlow; where there is nothing else, the place is 0.
    """
    return np.argmax(_ranked(real(x), -np.inf), axis=axis, keepdims=keepdims).astype("int32")


@operation()
def argmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The place of the smallest, as int32; of equals the first. -0 counts as smaller than 0.

    NaN is passed over, as in TensorFlow; where there is nothing else, the place is 0.
    """
    return np.argmin(_ranked(real(x), np.inf), axis=axis, keepdims=keepdims).astype("int32")


def _ranked(x: Any, nan: float) -> Any:
    """`x` with the smallest negative normal number in place of -0, as in Keras, and without NaN."""
    if x.dtype.kind != "f" or x.ndim == 0:
        return x
    x = np.where(np.signbit(x) & (x == 0), -np.finfo(x.dtype).tiny, x)
    return np.where(np.isnan(x), nan, x)


def _axes(axis: Any, ndim: int) -> list[int]:
    if axis is None:
        return list(range(ndim))
    axes = [axis] if isinstance(axis, int) else list(axis)
    return [np.lib.array_utils.normalize_axis_index(i, ndim) for i in axes]


def _extremum(extremum: Any, argument: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    if not is_complex(x):
        return extremum(x, axis=axis, keepdims=keepdims)
    rows = as_rows.compute(x, axis)
    y = np.take_along_axis(rows, argument(rows.real, axis=-1, keepdims=True), axis=-1)
    if not keepdims:
        return y[..., 0]
    axes = _axes(axis, x.ndim)
    return y.reshape([1 if i in axes else n for i, n in builtins.enumerate(x.shape)])

"""Sums and products of all that came before, and the differences that undo them.

y_k = x_1 + ... + x_k        dx_k = dy_k + dy_{k+1} + ...
y_k = x_1 ... x_k            dx_k = (y_k dy_k + y_{k+1} dy_{k+1} + ...) / x_k
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import divide_no_nan, multiply, subtract
from scratch.ops.casting import cast, cast_like, convert_to_tensor, is_inexact
from scratch.ops.comparison import not_equal
from scratch.ops.floats import nan_to_num
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import result_type
from scratch.ops.indexing import getitem
from scratch.ops.reduction import sum
from scratch.ops.shape import flip, moveaxis, ravel


def _prepared(x: Any, axis: int | None, dtype: Any) -> tuple[Any, int]:
    x = convert_to_tensor(x, dtype)
    x = cast(x, "int32") if x.dtype == "bool" else x
    return (ravel(x), 0) if axis is None else (x, axis)


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The sums of the entries up to each one.

    Args:
        x: any shape; booleans count as int32.
        axis: along which to add; None adds `x` up as one row.
        dtype: to which `x` is converted first; default: its own.

    Raises:
        InvalidArgumentError: for an axis that `x` does not have.
    """
    x, axis = _prepared(x, axis, dtype)
    return _cumsum(x, axis=axis)


def _cumsum_derivative(dy: Any, y: Any, x: Any, axis: int) -> Any:
    return flip(cumsum(flip(dy, axis), axis), axis)


@operation(derivative=_cumsum_derivative)
def _cumsum(x: Tensor, axis: int = 0) -> Tensor:
    return np.cumsum(x, axis=axis, dtype=x.dtype)


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The products of the entries up to each one; arguments and errors as of `cumsum`.

    As in TensorFlow, an entry that is 0 has a derivative of 0.
    """
    x, axis = _prepared(x, axis, dtype)
    return _cumprod(x, axis=axis)


def _cumprod_derivative(dy: Any, y: Any, x: Any, axis: int) -> Any:
    return divide_no_nan(flip(cumsum(flip(multiply(y, dy), axis), axis), axis), x)


@operation(derivative=_cumprod_derivative)
def _cumprod(x: Tensor, axis: int = 0) -> Tensor:
    return np.cumprod(x, axis=axis, dtype=x.dtype)


def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """`cumsum` with 0 in place of NaN, and the largest numbers in place of the infinities."""
    return cumsum(nan_to_num(x), axis, dtype)


def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """`cumprod` with 1 in place of NaN, and the largest numbers in place of the infinities."""
    return cumprod(nan_to_num(x, nan=1.0), axis, dtype)


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours along `axis`, taken `n` times; of booleans, whether they
    differ.

    Raises:
        ValueError: for a negative `n`, or an `a` without axes.
    """
    a = convert_to_tensor(a)
    if n < 0:
        raise ValueError(f"Order `n` must be non-negative. Received n={n}")
    if n and not a.ndim:
        raise ValueError(f"`diff` requires input that is at least one dimensional. Received: a={a}")
    for _ in range(n):
        rows = moveaxis(a, axis, -1)
        later, earlier = rows[..., 1:], rows[..., :-1]
        found = (not_equal if a.dtype == "bool" else subtract)(later, earlier)
        a = moveaxis(found, -1, axis)
    return a


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The integral along `axis`, by the trapezoidal rule.

    Args:
        y: values; integers become floats.
        x: where they were taken; default: at distances of `dx`.
        dx: the distance.
        axis: of `y`.
    """
    y = convert_to_tensor(y)
    if not is_inexact(y):
        y = cast(y, result_type((), floating=True))
    widths = cast_like(convert_to_tensor(dx), y) if x is None else _widths(x, y, axis)
    y = moveaxis(y, axis, -1)
    heights = 0.5 * (getitem(y, (..., slice(1, None))) + getitem(y, (..., slice(None, -1))))
    return sum(heights * widths, axis=-1)


def _widths(x: Any, y: Any, axis: int) -> Any:
    x = convert_to_tensor(x) if y.dtype is None else convert_to_tensor(x, y.dtype)
    return moveaxis(diff(x, axis=axis), axis, -1)

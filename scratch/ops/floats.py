"""The parts of a number: its sign, its fraction, its neighbours; and the larger of what is there.

Where a function is piecewise constant it has no derivative.
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import abs, mod, multiply, power, sign
from scratch.ops.casting import cast, convert_to_tensor, is_inexact, wide_floats
from scratch.ops.comparison import (
    equal,
    isfinite,
    isinf,
    isnan,
    logical_and,
    logical_not,
    logical_or,
    where,
)
from scratch.ops.complex_step import real
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import result_type

# Piecewise constant --------------------------------------------------------------------------


@operation()
def trunc(x: Tensor) -> Tensor:
    """`x` without its fraction: the next integer towards 0, in the type of `x`."""
    return x if x.dtype.kind in "biu" else np.trunc(real(x))


@operation()
def signbit(x: Tensor) -> Tensor:
    """Whether the sign of `x` is a minus: of -0.0 too."""
    return np.zeros(x.shape, bool) if x.dtype.kind == "b" else np.signbit(real(x))


@operation()
def isneginf(x: Tensor) -> Tensor:
    """Whether `x` is minus infinity."""
    return np.equal(real(x), -np.inf)


@operation()
def isposinf(x: Tensor) -> Tensor:
    """Whether `x` is plus infinity."""
    return np.equal(real(x), np.inf)


@operation(promote=True)
def nextafter(x1: Tensor, x2: Tensor) -> Tensor:
    """The next float64 after `x1` towards `x2`, as a float of the type in which they meet.

    So Keras computes it. In fewer than 64 bits that is nearly always `x1` itself.
    """
    dtype = result_type((x1, x2), floating=True)
    wide = (np.asarray(real(x), "float64") for x in (x1, x2))
    return np.nextafter(*wide).astype(dtype)


@operation()
def isclose(
    x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether `|x1 - x2| <= atol + rtol |x2|`; integers must be equal.

    As in Keras, two infinities are not close: their difference is NaN.

    Args:
        x1, x2: any shapes that broadcast.
        rtol, atol: how far apart the two may be.
        equal_nan: whether NaN is close to NaN.
    """
    return _close(x1, x2, rtol, atol, equal_nan, infinite=False)


@operation()
def allclose(
    x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether all are close, as `isclose` says; equal infinities are."""
    return np.all(_close(x1, x2, rtol, atol, equal_nan, infinite=True))


def _close(
    x1: Any, x2: Any, rtol: float, atol: float, equal_nan: bool, infinite: bool
) -> np.ndarray:
    dtype = result_type((x1, x2))
    x1, x2 = (np.asarray(real(x)).astype(real(np.zeros((), dtype)).dtype) for x in (x1, x2))
    if x1.dtype.kind != "f":
        return np.equal(x1, x2)
    found = np.abs(x1 - x2) <= (atol + rtol * np.abs(x2))
    if infinite:
        found = (found & np.isfinite(x1) & np.isfinite(x2)) | np.equal(x1, x2)
    return found | (np.isnan(x1) & np.isnan(x2)) if equal_nan else found


# With a derivative ---------------------------------------------------------------------------


def fabs(x: Any) -> Any:
    """The absolute value; of integers a float."""
    x = convert_to_tensor(x)
    return abs(x if is_inexact(x) else cast(x, result_type((), floating=True)))


@operation(promote=True, derivative=lambda dy, y, x1, x2: (None, where(equal(x1, 0), dy, 0)))
def _heaviside(x1: Tensor, x2: Tensor) -> Tensor:
    step = np.where(real(x1) < 0, 0, np.where(real(x1) > 0, 1, x2))
    return step.astype(result_type((x1, x2), floating=True), copy=False)


def heaviside(x1: Any, x2: Any) -> Any:
    """0 below 0, 1 above 0, and `x2` where `x1` is 0; a float, of int64 a float64."""
    return _heaviside(*map(wide_floats, (x1, x2)))


def _fmax_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    first = logical_or(x1 >= x2, logical_and(isnan(x2), logical_not(isnan(x1))))
    return where(first, dy, 0), where(first, 0, dy)


@operation(promote=True, derivative=_fmax_derivative)
def fmax(x1: Tensor, x2: Tensor) -> Tensor:
    """The larger of `x1` and `x2`; a number beats NaN. Derivative: of a tie, to `x1`."""
    first = (real(x1) >= real(x2)) | np.isnan(x2)
    return np.where(first, x1, x2)


def _fmin_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    first = logical_or(x1 <= x2, logical_and(isnan(x2), logical_not(isnan(x1))))
    return where(first, dy, 0), where(first, 0, dy)


@operation(promote=True, derivative=_fmin_derivative)
def fmin(x1: Tensor, x2: Tensor) -> Tensor:
    """The smaller of `x1` and `x2`; a number beats NaN. Derivative: of a tie, to `x1`."""
    first = (real(x1) <= real(x2)) | np.isnan(x2)
    return np.where(first, x1, x2)


def fmod(x1: Any, x2: Any) -> Any:
    """What is left of `x1` when `x2` is taken off as often as it fits, with the sign of `x1`."""
    x1, x2 = (
        cast(x, "int32") if x.dtype == "bool" else x for x in map(convert_to_tensor, (x1, x2))
    )
    return multiply(sign(x1), mod(abs(x1), abs(x2)))


def ldexp(x1: Any, x2: Any) -> Any:
    """`x1 * 2 ** x2`; a float.

    Raises:
        TypeError: where `x2` are not integers.
    """
    x1, x2 = map(convert_to_tensor, (x1, x2))
    if x2.dtype is not None and np.dtype(x2.dtype).kind not in "iu":
        raise TypeError(
            f"ldexp exponent must be an integer type. Received: x2 dtype={x2.dtype}. "
            'Give it `ops.cast(x2, "int32")`'
        )
    scaled = _floats(x1) * power(2.0, x2)
    return where(logical_or(isinf(x1), equal(x1, 0)), x1, scaled)


@operation(floating=True, derivative=lambda dy, y, x: dy)
def _floats(x: Tensor) -> Tensor:
    """`x`, integers as floats."""
    return x


@operation(derivative=lambda dy, y, x, nan, posinf, neginf: where(isfinite(x), dy, 0))
def nan_to_num(
    x: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """`x` with numbers in place of NaN and of the infinities. Derivative: 0 where one was replaced.

    Args:
        x: any shape; integers have nothing to replace.
        nan: in place of NaN.
        posinf, neginf: in place of the infinities; default: the largest and smallest number.
    """
    if x.dtype.kind not in "fc":
        return x
    limits = np.finfo(x.dtype)
    x = np.where(np.isnan(x), x.dtype.type(nan), x)
    x = np.where(real(x) == np.inf, x.dtype.type(limits.max if posinf is None else posinf), x)
    return np.where(real(x) == -np.inf, x.dtype.type(limits.min if neginf is None else neginf), x)

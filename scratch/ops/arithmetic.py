"""Arithmetic, element by element, with broadcasting.

    d(a + b) = da + db      d(a b) = b da + a db      d(a / b) = da / b - (a / b) db / b
    d(a^b) = b a^(b-1) da + a^b log(a) db

Where a function has a kink, the derivative is TensorFlow's choice: |x|' = 0 at 0; a tie of maximum
or minimum goes to the first operand; clip passes the derivative through at its edges.
"""

from typing import Any

import numpy as np

from scratch.ops.comparison import equal, where
from scratch.ops.complex_step import is_complex, real
from scratch.ops.graph.operation import Tensor, operation


@operation(promote=True, derivative=lambda dy, y, x1, x2: (dy, dy))
def add_(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 + x2`, always as NumPy broadcasts."""
    return np.add(x1, x2)


@operation(promote=True, derivative=lambda dy, y, x1, x2: (dy, -dy))
def subtract(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 - x2`."""
    return np.subtract(x1, x2)


@operation(promote=True, derivative=lambda dy, y, x1, x2: (dy * x2, dy * x1))
def multiply(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 * x2`."""
    return np.multiply(x1, x2)


@operation(floating=True, derivative=lambda dy, y, x1, x2: (dy / x2, -dy * (x1 / x2 / x2)))
def divide(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 / x2`; of integers too it is a float."""
    return np.divide(x1, x2)


true_divide = divide


def _divide_no_nan_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple:
    return divide_no_nan(dy, x2), dy * divide_no_nan(divide_no_nan(-x1, x2), x2)


@operation(floating=True, derivative=_divide_no_nan_derivative)
def divide_no_nan(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 / x2`, and 0 where `x2` is 0."""
    return np.where(np.equal(x2, 0), 0.0, np.divide(x1, x2))


@operation(promote=True)
def floor_divide(x1: Tensor, x2: Tensor) -> Tensor:
    """The largest integer not above `x1 / x2`. Derivative: none."""
    return np.floor_divide(real(x1), real(x2))


@operation(promote=True, derivative=lambda dy, y, x1, x2: (dy, -dy * floor_divide(x1, x2)))
def mod(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 - floor(x1 / x2) * x2`: the remainder with the sign of `x2`."""
    if is_complex(x1) or is_complex(x2):
        return x1 - np.floor(real(x1) / real(x2)) * x2
    return np.mod(x1, x2)


@operation(promote=True, derivative=lambda dy, y, x: -dy)
def negative(x: Tensor) -> Tensor:
    """`-x`."""
    return np.negative(x)


def _power_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    return dy * x2 * power(x1, x2 - 1), dy * y * _log_or_zero(x1)


@operation(promote=True, derivative=_power_derivative)
def power(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 ** x2`.

    No derivative with respect to `x2` is counted where `x1 <= 0`.
    """
    return np.power(x1, x2)


@operation(floating=True, derivative=lambda dy, y, x: dy / x * (x > 0))
def _log_or_zero(x: Tensor) -> Tensor:
    """log x, and 0 where x is not positive."""
    return np.where(real(x) > 0, np.log(x), 0.0)


@operation(promote=True, derivative=lambda dy, y, x: dy * (2 * x))
def square(x: Tensor) -> Tensor:
    """`x * x`; of booleans int32."""
    if getattr(x, "dtype", None) == "bool":
        x = x.astype("int32")
    return np.multiply(x, x)


def _unless_zero(dy: Any, dx: Any) -> Any:
    """dx, but 0 where dy is 0: at a pole, too, as in TensorFlow."""
    return where(equal(dy, 0), 0, dx)


@operation(floating=True, derivative=lambda dy, y, x: _unless_zero(dy, dy * (0.5 / y)))
def sqrt(x: Tensor) -> Tensor:
    """The square root; NaN for negative numbers, and an infinite derivative at 0."""
    return np.sqrt(x)


@operation(floating=True, derivative=lambda dy, y, x: _unless_zero(dy, dy * (-0.5 * y * y * y)))
def rsqrt(x: Tensor) -> Tensor:
    """`1 / sqrt(x)`."""
    return 1 / np.sqrt(x)


@operation(floating=True, derivative=lambda dy, y, x: _unless_zero(dy, -dy * (y * y)))
def reciprocal(x: Tensor) -> Tensor:
    """`1 / x`."""
    return np.divide(1, x)


def _abs_derivative(dy: Any, y: Any, x: Any) -> Any:
    return dy * sign(x)


@operation(promote=True, derivative=_abs_derivative)
def abs(x: Tensor) -> Tensor:
    """The absolute value. Of a complex number x + ih: `|x| + ih sign(x)`, for complex steps."""
    if is_complex(x):
        return x * np.sign(x.real)
    return np.abs(x)


absolute = abs


@operation(promote=True)
def sign(x: Tensor) -> Tensor:
    """-1, 0 or 1. Derivative: none."""
    return np.sign(x.real).astype(x.dtype) if is_complex(x) else np.sign(x)


def _first(chosen: Any, dy: Any) -> tuple[Any, Any]:
    return where(chosen, dy, 0), where(chosen, 0, dy)


@operation(promote=True, derivative=lambda dy, y, x1, x2: _first(x1 >= x2, dy))
def maximum(x1: Tensor, x2: Tensor) -> Tensor:
    """The larger of `x1` and `x2`. Derivative: of a tie, to `x1`."""
    if is_complex(x1) or is_complex(x2):
        return np.where(real(x1) >= real(x2), x1, x2)
    return np.maximum(x1, x2)


@operation(promote=True, derivative=lambda dy, y, x1, x2: _first(x1 <= x2, dy))
def minimum(x1: Tensor, x2: Tensor) -> Tensor:
    """The smaller of `x1` and `x2`. Derivative: of a tie, to `x1`."""
    if is_complex(x1) or is_complex(x2):
        return np.where(real(x1) <= real(x2), x1, x2)
    return np.minimum(x1, x2)


def _clip_derivative(dy: Any, y: Any, x: Any, x_min: Any, x_max: Any) -> tuple[Any, Any, Any]:
    capped = minimum(x, x_max)
    d_capped, d_min = _first(capped >= x_min, dy)
    dx, d_max = _first(x <= x_max, d_capped)
    return dx, d_min, d_max


@operation(promote=True, derivative=_clip_derivative)
def clip(x: Tensor, x_min: Tensor, x_max: Tensor) -> Tensor:
    """`x`, but not above `x_max`, and then not below `x_min`.

    Derivative with respect to `x`: 1 from `x_min` to `x_max`, edges included; 0 outside.
    """
    return maximum.compute(minimum.compute(x, x_max), x_min)

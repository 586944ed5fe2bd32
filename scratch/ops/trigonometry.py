"""Angles, hyperbolic functions, and their inverses, element by element.

    tan' = 1 + tan^2        sinh' = cosh      cosh' = sinh        sinc x = sin(pi x) / (pi x)
    arcsin' = 1 / sqrt(1 - x^2)      arccos' = -arcsin'     arctan' = 1 / (1 + x^2)
    arcsinh' = 1 / cosh y            arccosh' = 1 / sinh y  arctanh' = 1 / (1 - x^2)

Integers become floats first.
"""

import math
from typing import Any

import numpy as np

from scratch.ops.arithmetic import abs, divide_no_nan, maximum, minimum, reciprocal, rsqrt, square
from scratch.ops.casting import wide_floats
from scratch.ops.comparison import equal, where
from scratch.ops.complex_step import is_complex
from scratch.ops.elementwise import sin
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.shape import ones_like

# Circular ------------------------------------------------------------------------------------


@operation(floating=True, derivative=lambda dy, y, x: dy * (1 + square(y)))
def tan(x: Tensor) -> Tensor:
    """The tangent of an angle in radians."""
    return np.tan(x)


@operation(floating=True, derivative=lambda dy, y, x: dy * rsqrt(1 - square(x)))
def arcsin(x: Tensor) -> Tensor:
    """The angle in [-pi/2, pi/2] whose sine is `x`; NaN outside of [-1, 1]."""
    return np.arcsin(x)


@operation(floating=True, derivative=lambda dy, y, x: -dy * rsqrt(1 - square(x)))
def arccos(x: Tensor) -> Tensor:
    """The angle in [0, pi] whose cosine is `x`; NaN outside of [-1, 1]."""
    return np.arccos(x)


@operation(floating=True, derivative=lambda dy, y, x: dy * reciprocal(1 + square(x)))
def arctan(x: Tensor) -> Tensor:
    """The angle in (-pi/2, pi/2) whose tangent is `x`."""
    return np.arctan(x)


def _arctan2_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    scaled = dy / (square(x1) + square(x2))
    return scaled * x2, -scaled * x1


@operation(floating=True, derivative=_arctan2_derivative)
def arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    """The angle in [-pi, pi] of the point (`x2`, `x1`), counted from the first axis."""
    if is_complex(x1) or is_complex(x2):
        a, b = np.real(x1), np.real(x2)
        slope = (b * np.imag(x1) - a * np.imag(x2)) / (a * a + b * b)
        return np.arctan2(a, b) + 1j * slope
    return np.arctan2(x1, x2)


def deg2rad(x: Any) -> Any:
    """Degrees as radians: `x pi / 180`. Of int64 it is a float64."""
    return _scaled(wide_floats(x), times=math.pi, by=180.0)


def rad2deg(x: Any) -> Any:
    """Radians as degrees: `180 x / pi`. Of int64 it is a float64."""
    return _scaled(wide_floats(x), times=180.0, by=math.pi)


def _scaled_derivative(dy: Any, y: Any, x: Any, times: float, by: float) -> Any:
    return _scaled(dy, times=times, by=by)


@operation(floating=True, derivative=_scaled_derivative)
def _scaled(x: Tensor, times: float = 1.0, by: float = 1.0) -> Tensor:
    """`x` times a quotient that is rounded to the type of `x`."""
    number = np.float64 if is_complex(x) else x.dtype.type
    return x * (number(times) / number(by))


def sinc(x: Any) -> Any:
    """`sin(pi x) / (pi x)`, and 1 at 0, where tf.keras has no derivative (NaN)."""
    angle = _scaled(x, times=math.pi)
    return where(equal(x, 0), ones_like(angle), sin(angle) / angle)


def _hypot_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    return dy * divide_no_nan(x1, y), dy * divide_no_nan(x2, y)


@operation(floating=True, derivative=_hypot_derivative)
def _hypot(x1: Tensor, x2: Tensor) -> Tensor:
    a, b = abs.compute(x1), abs.compute(x2)
    large, small = maximum.compute(a, b), minimum.compute(a, b)
    return large * np.sqrt(1 + np.square(divide_no_nan.compute(small, large)))


def hypot(x1: Any, x2: Any) -> Any:
    """The length of (`x1`, `x2`), without overflow. Of int64 it is a float64."""
    return _hypot(*map(wide_floats, (x1, x2)))


# Hyperbolic ----------------------------------------------------------------------------------


def _sinh_derivative(dy: Any, y: Any, x: Any) -> Any:
    return dy * cosh(x)


@operation(floating=True, derivative=_sinh_derivative)
def sinh(x: Tensor) -> Tensor:
    """`(exp(x) - exp(-x)) / 2`."""
    return np.sinh(x)


@operation(floating=True, derivative=lambda dy, y, x: dy * sinh(x))
def cosh(x: Tensor) -> Tensor:
    """`(exp(x) + exp(-x)) / 2`."""
    return np.cosh(x)


@operation(floating=True, derivative=lambda dy, y, x: dy / cosh(y))
def arcsinh(x: Tensor) -> Tensor:
    """The number whose `sinh` is `x`."""
    return np.arcsinh(x)


@operation(floating=True, derivative=lambda dy, y, x: dy / sinh(y))
def arccosh(x: Tensor) -> Tensor:
    """The number above 0 whose `cosh` is `x`; NaN below 1."""
    return np.arccosh(x)


@operation(floating=True, derivative=lambda dy, y, x: dy * reciprocal(1 - square(x)))
def arctanh(x: Tensor) -> Tensor:
    """The number whose `tanh` is `x`; NaN outside of [-1, 1]."""
    return np.arctanh(x)

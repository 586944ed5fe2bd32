"""The error function, to the last digits, without a table of constants.

    erf(x) = 2 / sqrt(pi) * integral of e^{-t^2} from 0 to x        erf' = 2 / sqrt(pi) e^{-x^2}
    erfc(x) = 1 - erf(x)

Near 0, |x| < 1, erf is its Taylor series; elsewhere the integral representation (x > 0)

    erfc(x) = x / pi e^{-x^2} * integral of e^{-t^2} / (t^2 + x^2) over the real line

is summed by the trapezoidal rule with step h (Chiarella & Reichel 1968; Matta & Reichel 1971):

    erfc(x) = h x / pi e^{-x^2} (1 / x^2 + 2 sum_n e^{-n^2 h^2} / (n^2 h^2 + x^2)) - correction
    correction = 2 / (e^{2 pi x / h} - 1)       the pole of the integrand at t = i x, x < pi / h

For an analytic integrand that rule is off by e^{-pi^2 / h^2} only: 7e-18 for h = 1/2. Both
formulas hold for complex x, so a complex step goes through them.
"""

import math
from typing import Any

import numpy as np

from scratch.ops.arithmetic import square
from scratch.ops.complex_step import real
from scratch.ops.elementwise import exp
from scratch.ops.graph.operation import Tensor, operation

_STEP = 0.5
_UNDERFLOW = 28.0  # where e^{-x^2} is 0 in float64
_TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
# By bytes of a number: the first term that is left out is below the rounding of the sum.
_TAYLOR = {4: 11, 8: 19, 16: 25}
_TRAPEZOIDS = {4: 8, 8: 12, 16: 14}


def _slope(x: Any) -> Any:
    return _TWO_OVER_ROOT_PI * exp(-square(x))


@operation(floating=True, derivative=lambda dy, y, x: dy * _slope(x))
def erf(x: Tensor) -> Tensor:
    """The error function, from -1 to 1; within 3 units in the last place."""
    if x.dtype == np.float16:
        return erf.compute(x.astype("float32")).astype(x.dtype)
    near, side = np.abs(real(x)) < 1, np.where(real(x) < 0, -1, 1).astype(x.dtype)
    far = side * (1 - _complement(np.where(near, 1, side * x)))
    return np.where(near, _series(np.where(near, x, 0)), far)


@operation(floating=True, derivative=lambda dy, y, x: -dy * _slope(x))
def erfc(x: Tensor) -> Tensor:
    """`1 - erf(x)`, from 2 to 0, without cancellation for large x."""
    if x.dtype == np.float16:
        return erfc.compute(x.astype("float32")).astype(x.dtype)
    far = real(x) >= 1
    return np.where(far, _complement(np.where(far, x, 1)), 1 - erf.compute(np.where(far, 0, x)))


def _series(x: np.ndarray) -> np.ndarray:
    """2 / sqrt(pi) * sum_n (-1)^n x^(2n+1) / (n! (2n+1)), by Horner's rule, for |x| < 1."""
    square, total = x * x, np.zeros_like(x)
    for n in range(_TAYLOR[real(x).itemsize] - 1, 0, -1):
        total = (total + (-1) ** n / (math.factorial(n) * (2 * n + 1))) * square
    return _TWO_OVER_ROOT_PI * (x + x * total)


def _complement(x: np.ndarray) -> np.ndarray:
    """erfc(x) for x >= 1, by the trapezoidal rule."""
    x = np.where(real(x) > _UNDERFLOW, _UNDERFLOW, x)
    square = x * x
    total = 1 / square
    for n in range(1, _TRAPEZOIDS[real(x).itemsize]):
        node = (n * _STEP) ** 2
        total = total + 2 * math.exp(-node) / (node + square)
    integral = (_STEP / math.pi) * x * np.exp(-square) * total
    pole = 2 / np.expm1((2 * math.pi / _STEP) * x)
    return integral - np.where(real(x) < math.pi / _STEP, pole, 0)

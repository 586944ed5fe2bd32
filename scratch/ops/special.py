"""Functions that textbooks name: logarithms of sums, Bessel's, the inverse of the error function.

logaddexp(a, b) = log(e^a + e^b)            d/da = e^a / (e^a + e^b) = sigmoid(a - b)
I_n(x) = sum_k (x/2)^(2k+n) / (k! (k+n)!)   I_n' = (I_{n-1} + I_{n+1}) / 2,  I_{-1} = I_1
erfinv(erf(x)) = x                          erfinv' = sqrt(pi) / 2 e^{y^2}
"""

import math
from typing import Any

import numpy as np

from scratch import quirks
from scratch.ops.arithmetic import abs, maximum, power, sign, square
from scratch.ops.casting import wide_floats
from scratch.ops.complex_step import is_complex, real
from scratch.ops.elementwise import exp, sigmoid
from scratch.ops.error_function import erf, erfc
from scratch.ops.graph.operation import Tensor, operation

# Powers and logarithms -----------------------------------------------------------------------


def exp2(x: Any) -> Any:
    """`2 ** x`; of integers a float."""
    return power(2.0, x)


def cbrt(x: Any) -> Any:
    """The cube root, of negative numbers too, as Keras computes it: `sign(x) |x| ** (1 / 3)`.

    Its derivative at 0 is NaN. Of int64 it is a float64.
    """
    x = wide_floats(x)
    return sign(x) * power(abs(x), 1.0 / 3.0)


def _logaddexp_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    return dy * sigmoid(x1 - x2), dy * sigmoid(x2 - x1)


@operation(floating=True, derivative=_logaddexp_derivative)
def logaddexp(x1: Tensor, x2: Tensor) -> Tensor:
    """`log(exp(x1) + exp(x2))`, without overflow."""
    difference = x1 - x2
    y = maximum.compute(x1, x2) + np.log1p(np.exp(-abs.compute(difference)))
    return np.where(np.isnan(difference), x1 + x2, y)  # two infinities


def _log2() -> float:
    """log 2, which Keras takes in float32 (quirk K1)."""
    return float(np.log(np.float32(2))) if quirks.active("K1") else math.log(2)


def _logaddexp2_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    return dy * sigmoid((x1 - x2) * _log2()), dy * sigmoid((x2 - x1) * _log2())


@operation(floating=True, derivative=_logaddexp2_derivative)
def logaddexp2(x1: Tensor, x2: Tensor) -> Tensor:
    """`log2(2 ** x1 + 2 ** x2)`, without overflow."""
    difference = x1 - x2
    log2 = _log2()
    rest = np.log1p(np.exp(-abs.compute(difference) * log2)) / log2
    return np.where(np.isnan(difference), x1 + x2, maximum.compute(x1, x2) + rest)


# Bessel functions ----------------------------------------------------------------------------

_SERIES = 32.0  # where the asymptotic expansion is as good: its error is about e^{-2x}
_TERMS = 64


def _bessel_derivative(dy: Any, y: Any, x: Any, order: int) -> Any:
    below = _bessel(x, order=int(math.fabs(order - 1)))
    return dy * (0.5 * (below + _bessel(x, order=order + 1)))


@operation(floating=True, derivative=_bessel_derivative)
def _bessel(x: Tensor, order: int = 0) -> Tensor:
    """I_order(x): its series, and for large |x| e^x / sqrt(2 pi x) times a series in 1 / x."""
    if x.dtype in (np.float16, np.float32):
        return _bessel.compute(x.astype("float64"), order).astype(x.dtype)
    far = np.abs(real(x)) > _SERIES
    half = np.where(far, 0, x) / 2
    term = half**order / math.factorial(order)
    total = term
    for k in range(1, _TERMS):
        term = term * (half * half) / (k * (k + order))
        total = total + term
    large = np.where(far, x * np.sign(real(x)), _SERIES)
    term = np.ones_like(large)
    rest = term
    for k in range(1, 24):
        term = term * -(4 * order**2 - (2 * k - 1) ** 2) / (k * 8 * large)
        rest = rest + term
    # In two factors, since e^x alone would overflow earlier.
    rest = rest * (np.exp(large / 2) / np.sqrt(2 * math.pi * large)) * np.exp(large / 2)
    return np.where(far, rest * np.where(real(x) < 0, (-1) ** order, 1), total)


def i0(x: Any) -> Any:
    """The modified Bessel function of the first kind, of order 0. Of int64 it is a float64."""
    return _bessel(wide_floats(x), order=0)


# The inverse of the error function -----------------------------------------------------------

_HALF_ROOT_PI = math.sqrt(math.pi) / 2


@operation(floating=True, derivative=lambda dy, y, x: dy * (_HALF_ROOT_PI * exp(square(y))))
def erfinv(x: Tensor) -> Tensor:
    """The number whose `erf` is `x`; infinite at -1 and 1, NaN beyond.

    Winitzki's approximation (2008), then Newton's steps on erf or, near 1, on erfc.
    """
    if is_complex(x):
        y = erfinv.compute(x.real)
        return y + 1j * x.imag * _HALF_ROOT_PI * np.exp(y * y)
    if x.dtype == np.float16:
        return erfinv.compute(x.astype("float32")).astype(x.dtype)
    t = np.abs(x)
    inside = t < 1
    t = np.where(inside, t, 0)
    logarithm = np.log1p(-t * t)
    a = 0.147
    b = 2 / (math.pi * a) + logarithm / 2
    y = np.sqrt(np.sqrt(b * b - logarithm / a) - b)
    for _ in range(4):
        near = t < 0.5
        off = np.where(near, erf.compute(y) - t, (1 - t) - erfc.compute(y))
        step = off * _HALF_ROOT_PI * np.exp(y * y)
        y = y - step / (1 + y * step)  # Halley's correction of Newton's step
    y = np.where(inside, y, np.where(np.abs(x) == 1, np.inf, np.nan))
    return np.copysign(y, x).astype(x.dtype)

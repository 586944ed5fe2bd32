"""Functions of one number, element by element.

    exp' = exp      log' = 1 / x      tanh' = 1 - tanh^2      sigmoid' = sigmoid (1 - sigmoid)

Integers become floats first. Rounding is piecewise constant and has no derivative; of complex
numbers it looks at the real part alone.
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import square
from scratch.ops.complex_step import real
from scratch.ops.graph.operation import Tensor, operation

# Exponentials, logarithms, S-shapes, waves ---------------------------------------------------


@operation(floating=True, derivative=lambda dy, y, x: dy * y)
def exp(x: Tensor) -> Tensor:
    """`e ** x`."""
    return np.exp(x)


@operation(floating=True, derivative=lambda dy, y, x: dy * (y + 1))
def expm1(x: Tensor) -> Tensor:
    """`exp(x) - 1`, exact near 0."""
    return np.expm1(x)


@operation(floating=True, derivative=lambda dy, y, x: dy / x)
def log(x: Tensor) -> Tensor:
    """The natural logarithm; -inf at 0, NaN below."""
    return np.log(x)


@operation(floating=True, derivative=lambda dy, y, x: dy / (1 + x))
def log1p(x: Tensor) -> Tensor:
    """`log(1 + x)`, exact near 0."""
    return np.log1p(x)


def log2(x: Any) -> Any:
    """The logarithm to base 2, as Keras computes it: `log(x) / log(2)`."""
    return log(x) / float(np.log(2))


def log10(x: Any) -> Any:
    """The logarithm to base 10, as Keras computes it: `log(x) / log(10)`."""
    return log(x) / float(np.log(10))


@operation(floating=True, of_logits=True, derivative=lambda dy, y, x: dy * (y * (1 - y)))
def sigmoid(x: Tensor) -> Tensor:
    """`1 / (1 + exp(-x))`, without overflow on either side."""
    e = np.exp(np.where(real(x) >= 0, -x, x))  # e^-|x|
    return np.where(real(x) >= 0, 1 / (1 + e), e / (1 + e))


@operation(floating=True, derivative=lambda dy, y, x: dy * (1 - square(y)))
def tanh(x: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return np.tanh(x)


@operation(floating=True, derivative=lambda dy, y, x: dy * sigmoid(x))
def softplus(x: Tensor) -> Tensor:
    """`log(1 + exp(x))`, without overflow."""
    positive = real(x) >= 0
    return np.where(positive, x, 0.0) + np.log1p(np.exp(np.where(positive, -x, x)))


def _sin_derivative(dy: Any, y: Any, x: Any) -> Any:
    return dy * cos(x)


@operation(floating=True, derivative=_sin_derivative)
def sin(x: Tensor) -> Tensor:
    """The sine of an angle in radians."""
    return np.sin(x)


@operation(floating=True, derivative=lambda dy, y, x: -dy * sin(x))
def cos(x: Tensor) -> Tensor:
    """The cosine of an angle in radians."""
    return np.cos(x)


# Rounding ------------------------------------------------------------------------------------


@operation(floating=True)
def floor(x: Tensor) -> Tensor:
    """The largest integer not above `x`, as a float."""
    return np.floor(real(x))


@operation(floating=True)
def ceil(x: Tensor) -> Tensor:
    """The smallest integer not below `x`, as a float."""
    return np.ceil(real(x))


@operation()
def round(x: Tensor, decimals: int = 0) -> Tensor:
    """`x` rounded to `decimals` places; halves go to the even neighbour."""
    return np.round(real(x), decimals)

"""Functions of one number, comparisons and logic, element by element.

    exp' = exp      log' = 1 / x      tanh' = 1 - tanh^2      sigmoid' = sigmoid (1 - sigmoid)

Integers become floats first. Comparisons, logic and rounding are piecewise constant and have no
derivative; of complex numbers they look at the real part alone.
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import _real, square
from scratch.ops.operation import Tensor, operation
from scratch.ops.promotion import is_python_number, match, result_type

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
    e = np.exp(np.where(_real(x) >= 0, -x, x))  # e^-|x|
    return np.where(_real(x) >= 0, 1 / (1 + e), e / (1 + e))


@operation(floating=True, derivative=lambda dy, y, x: dy * (1 - square(y)))
def tanh(x: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return np.tanh(x)


@operation(floating=True, derivative=lambda dy, y, x: dy * sigmoid(x))
def softplus(x: Tensor) -> Tensor:
    """`log(1 + exp(x))`, without overflow."""
    positive = _real(x) >= 0
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


# Comparisons ---------------------------------------------------------------------------------


@operation(promote=True)
def equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 == x2`."""
    return np.equal(_real(x1), _real(x2))


@operation(promote=True)
def not_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 != x2`."""
    return np.not_equal(_real(x1), _real(x2))


@operation(promote=True)
def greater(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 > x2`."""
    return np.greater(_real(x1), _real(x2))


@operation(promote=True)
def greater_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 >= x2`."""
    return np.greater_equal(_real(x1), _real(x2))


@operation(promote=True)
def less(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 < x2`."""
    return np.less(_real(x1), _real(x2))


@operation(promote=True)
def less_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 <= x2`."""
    return np.less_equal(_real(x1), _real(x2))


@operation()
def isnan(x: Tensor) -> Tensor:
    """Whether `x` is not a number."""
    return np.isnan(x)


@operation()
def isinf(x: Tensor) -> Tensor:
    """Whether `x` is infinite."""
    return np.isinf(x)


@operation()
def isfinite(x: Tensor) -> Tensor:
    """Whether `x` is neither infinite nor NaN."""
    return np.isfinite(x)


# Logic, choice, rounding ---------------------------------------------------------------------


@operation()
def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether both are true (not 0)."""
    return np.logical_and(_real(x1), _real(x2))


@operation()
def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether one at least is true (not 0)."""
    return np.logical_or(_real(x1), _real(x2))


@operation()
def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether exactly one is true (not 0)."""
    return np.logical_xor(_real(x1), _real(x2))


@operation()
def logical_not(x: Tensor) -> Tensor:
    """Whether `x` is false (0)."""
    return np.logical_not(_real(x))


def where(condition: Any, x1: Any, x2: Any) -> Any:
    """`x1` where `condition` is true (not 0), else `x2`; all three are broadcast.

    Derivative: to the branch that was taken; exactly 0 to the other, even if that one is infinite.
    """
    return _where(not_equal(condition, 0), x1, x2)


def _where_derivative(dy: Any, y: Any, condition: Any, x1: Any, x2: Any) -> tuple[Any, Any, Any]:
    return None, where(condition, dy, 0), where(condition, 0, dy)


@operation(broadcasts=True, derivative=_where_derivative)
def _where(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    x1, x2 = match((x1, x2))
    if is_python_number(x1) and is_python_number(x2):
        x1 = np.asarray(x1, result_type((x1, x2)))
    return np.where(condition, x1, x2)


@operation(floating=True)
def floor(x: Tensor) -> Tensor:
    """The largest integer not above `x`, as a float."""
    return np.floor(_real(x))


@operation(floating=True)
def ceil(x: Tensor) -> Tensor:
    """The smallest integer not below `x`, as a float."""
    return np.ceil(_real(x))


@operation()
def round(x: Tensor, decimals: int = 0) -> Tensor:
    """`x` rounded to `decimals` places; halves go to the even neighbour."""
    return np.round(_real(x), decimals)

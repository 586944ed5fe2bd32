"""Comparisons, logic and choice, element by element.

All but `where` are piecewise constant and have no derivative; of complex numbers they look at the
real part alone.
"""

from typing import Any

import numpy as np

from scratch.ops.complex_step import real
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import is_python_number, match, result_type

_BOOL = np.dtype(bool)  # there is one of it

# Comparisons ---------------------------------------------------------------------------------


@operation(promote=True)
def equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 == x2`."""
    return np.equal(real(x1), real(x2))


@operation(promote=True)
def not_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 != x2`."""
    return np.not_equal(real(x1), real(x2))


@operation(promote=True)
def greater(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 > x2`."""
    return np.greater(real(x1), real(x2))


@operation(promote=True)
def greater_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 >= x2`."""
    return np.greater_equal(real(x1), real(x2))


@operation(promote=True)
def less(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 < x2`."""
    return np.less(real(x1), real(x2))


@operation(promote=True)
def less_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether `x1 <= x2`."""
    return np.less_equal(real(x1), real(x2))


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


# Logic, choice -------------------------------------------------------------------------------


@operation()
def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether both are true (not 0)."""
    return np.logical_and(real(x1), real(x2))


@operation()
def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether one at least is true (not 0)."""
    return np.logical_or(real(x1), real(x2))


@operation()
def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether exactly one is true (not 0)."""
    return np.logical_xor(real(x1), real(x2))


@operation()
def logical_not(x: Tensor) -> Tensor:
    """Whether `x` is false (0)."""
    return np.logical_not(real(x))


def _where_derivative(dy: Any, y: Any, condition: Any, x1: Any, x2: Any) -> tuple[Any, Any, Any]:
    return None, where(condition, dy, 0), where(condition, 0, dy)


@operation(broadcasts=True, derivative=_where_derivative)
def where(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    """`x1` where `condition` is true (not 0), else `x2`; all three are broadcast.

    Derivative: to the branch that was taken; exactly 0 to the other, even if that one is infinite.
    """
    if getattr(condition, "dtype", None) is not _BOOL:
        condition = np.not_equal(real(condition), 0)
    x1, x2 = match((x1, x2))
    if is_python_number(x1) and is_python_number(x2):
        x1 = np.asarray(x1, result_type((x1, x2)))
    return np.where(condition, x1, x2)

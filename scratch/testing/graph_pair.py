"""Forward and backward of a function that has nothing but its definition.

    y  = f(x; w_1, w_2, ...)                          the definition's graph
    dx = (dy/dx)^T dy,   dw_i = (dy/dw_i)^T dy        graphs too, derived symbol to symbol

The right answers for a layer or an activation function of a student's: by the definition, and not
by the hand-derived pair that stands beside it.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.variables.variable import Variable


class GraphPair:
    """The graph of a function and of its derivatives.

    Args:
        definition: from a symbol to a symbol, in ops; it may use the variables.
        shape: of x, None for an axis of any size; may be left out if the definition needs none.
        dtype: of x.
        variables: those whose derivatives are wanted.
    """

    def __init__(
        self,
        definition: Callable[[Any], Any],
        shape: Sequence[int | None] | None = None,
        dtype: str | None = None,
        variables: Sequence[Variable] = (),
    ) -> None:
        x = ops.Symbol.leaf("x", shape=shape, dtype=dtype)
        dy = ops.Symbol.leaf("dy")
        y = definition(x)
        derivatives = ops.gradient(y, [x, *variables], dy=dy, unconnected="zero")
        self._forward = ops.Program([y], [x])
        self._backward = ops.Program(derivatives, [x, dy])
        self._x: Any = None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The value at `x`, which must not change before `backward`."""
        self._x = x
        (y,) = self._forward(x)
        return y

    def backward(self, dy: np.ndarray) -> list[np.ndarray]:
        """The vector-Jacobian products: dL/dx from dL/dy, then dL/d(variable) for each variable."""
        return self._backward(self._x, dy)

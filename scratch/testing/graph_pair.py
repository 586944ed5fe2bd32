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
from scratch.network.differentiated import Differentiated
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
        self._graph = Differentiated(definition(x), [x])
        self._variables = list(variables)
        self._x: Any = None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The value at `x`, which must not change before `backward`."""
        self._x = x
        return self._graph.forward([x])

    def backward(self, dy: np.ndarray) -> list[np.ndarray]:
        """The vector-Jacobian products: dL/dx from dL/dy, then dL/d(variable) for each variable."""
        dx, dw = self._graph.backward([self._x], dy, self._variables)
        of = [self._x, *(v.array for v in self._variables)]
        found = zip([*dx, *dw], of, strict=True)
        return [np.zeros_like(x) if d is None else d for d, x in found]

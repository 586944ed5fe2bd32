"""A computational graph, forward and backward.

    y  = f(x_1, x_2, ...; w_1, w_2, ...)               the graph
    dx = (dy/dx)^T dy,   dw = (dy/dw)^T dy            graphs too, derived symbol to symbol

What is derived is a program, made when it is first asked for and then kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.ops.graph.sources import VARIABLE, ancestors
from scratch.ops.graph.symbol import Symbol
from scratch.variables.variable import Variable


class Differentiated:
    """A graph and its derivatives.

    Args:
        output: the symbol that it computes.
        inputs: the symbols from which it does so. They count as independent of each other, also
            where one was computed from another.

    Attributes:
        variables: those that it reads.
    """

    def __init__(self, output: Symbol, inputs: Sequence[Symbol]) -> None:
        given = {x.serial for x in inputs}
        self.variables: list[Variable] = [
            x.attributes["variable"]
            for x in ancestors([output], inputs)
            if x.op is VARIABLE and x.serial not in given
        ]
        self._output, self._inputs = output, list(inputs)
        self._program = ops.Program([output], self._inputs)
        self._derivatives: dict[tuple, tuple[ops.Program, list[bool]]] = {}

    def forward(self, xs: Sequence[Any]) -> np.ndarray:
        """y, for one array an input."""
        return self._program(*xs)[0]

    def backward(
        self,
        xs: Sequence[Any],
        dy: np.ndarray,
        variables: Sequence[Variable],
        wants_dx: bool = True,
        values: Mapping[Variable, np.ndarray] | None = None,
    ) -> tuple[list[np.ndarray | None], list[np.ndarray | None]]:
        """The vector-Jacobian products, each None where y does not depend on it.

        Args:
            xs: what `forward` was given.
            dy: dL/dy.
            variables: those whose derivatives are wanted.
            wants_dx: whether those of the inputs are wanted.
            values: of variables that have changed since.

        Returns:
            dL/dx for each input (none, unless they are wanted), dL/dw for each variable.
        """
        inputs = self._inputs if wants_dx else []
        key = (wants_dx, *variables)
        if key not in self._derivatives:
            upstream = Symbol.leaf("dy")
            found = ops.gradient(self._output, [*inputs, *variables], upstream, given=self._inputs)
            program = ops.Program([d for d in found if d is not None], [*self._inputs, upstream])
            self._derivatives[key] = program, [d is not None for d in found]
        program, exists = self._derivatives[key]
        computed = iter(program(*xs, dy, variables=values or {}))
        products = [next(computed) if there else None for there in exists]
        return products[: len(inputs)], products[len(inputs) :]

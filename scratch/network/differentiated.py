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
        self.program = ops.Program([output], self._inputs)
        self._derivatives: dict[tuple, tuple[ops.Program, list[bool]]] = {}

    def forward(self, xs: Sequence[Any]) -> np.ndarray:
        """y, for one array an input."""
        return self.program(*xs)[0]

    def backward(
        self,
        xs: Sequence[Any],
        dy: np.ndarray,
        variables: Sequence[Variable],
        wanted: Sequence[bool] | None = None,
        values: Mapping[Variable, np.ndarray] | None = None,
    ) -> tuple[list[np.ndarray | None], list[np.ndarray | None]]:
        """The vector-Jacobian products, each None where y does not depend on it.

        Args:
            xs: what `forward` was given.
            dy: dL/dy.
            variables: those whose derivatives are wanted.
            wanted: of which inputs they are wanted; None for all.
            values: of variables that have changed since.

        Returns:
            dL/dx for each input, None also where it is not wanted; dL/dw for each variable.
        """
        program, exists = self.derivative(variables, wanted)
        computed = iter(program(*xs, dy, variables=values))
        products = [next(computed) if there else None for there in exists]
        return products[: len(xs)], products[len(xs) :]

    def derivative(
        self, variables: Sequence[Variable] = (), wanted: Sequence[bool] | None = None
    ) -> tuple[ops.Program, list[bool]]:
        """The program that `backward` runs, of the inputs and dy, and which products it gives.

        Of inputs and variables, in this order: arguments as of `backward`.
        """
        wanted = [True] * len(self._inputs) if wanted is None else wanted
        key = (*wanted, *variables)
        if key not in self._derivatives:
            upstream = Symbol.leaf("dy")
            asked = [x for x, wants in zip(self._inputs, wanted, strict=True) if wants]
            found = ops.gradient(self._output, [*asked, *variables], upstream, given=self._inputs)
            program = ops.Program([d for d in found if d is not None], [*self._inputs, upstream])
            there = iter([d is not None for d in found])
            exists = [wants and next(there) for wants in wanted] + list(there)
            self._derivatives[key] = program, exists
        return self._derivatives[key]

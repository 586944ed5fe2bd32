"""One forward and one backward pass through a graph, with numbers, step by step.

    forward     z = f(x, ...)                                      in the order of evaluation
    backward    dL/dx along an edge to z  =  (dL/dz) (dz/dx)       in the reverse order
                dL/dx             =  the sum over all edges that leave x

For reading and drawing; `gradient` and `Program` do the same for computing.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from scratch.ops.gradient import contributions
from scratch.ops.graph.operation import to_symbol
from scratch.ops.graph.program import evaluate
from scratch.ops.graph.sources import CONSTANT, ancestors
from scratch.ops.graph.symbol import Symbol, is_number


class Edge(NamedTuple):
    """One use of one symbol: `user.inputs[place] is source`; `gradient` is what comes back."""

    source: Symbol
    user: Symbol
    place: int
    gradient: np.ndarray | None


class Moment(NamedTuple):
    """Nothing but the inputs are known ("start"), an operation is passed, or dL/dL = 1 ("seed")."""

    kind: str  # "start", "forward", "seed" or "backward"
    symbol: Symbol | None


class Passes:
    """Both passes through the graph of a symbol.

    Args:
        y: where it is no scalar, the gradients are those of the sum of its entries.
        feeds: values for the inputs, `{symbol: array}`.

    Attributes:
        nodes: the symbols, in the order of evaluation, without Python numbers.
        edges: all uses of symbols, without operands that only lend their shape.
        values, gradients: arrays by the symbols' numbers; no gradient where none is passed on.
        steps: in order.
    """

    def __init__(self, y: Any, feeds: Mapping[Symbol, Any] | None = None) -> None:
        self.y = to_symbol(y)
        self.nodes = [x for x in ancestors([self.y]) if not is_number(x)]
        leaves = [x for x in self.nodes if not x.inputs and x.op is not CONSTANT]
        totals, partial = contributions(self.y, leaves)
        uses = [(z.inputs[i], z, i) for z in self.nodes for i in operands(z)]
        back = [partial.get((z.serial, i)) if x.serial in totals else None for x, z, i in uses]
        wanted = [*self.nodes, *totals.values(), *(g for g in back if g is not None)]
        arrays = evaluate(wanted, feeds or {})
        found = {s.serial: a for s, a in zip(wanted, arrays, strict=True)}
        self.values = {x.serial: found[x.serial] for x in self.nodes}
        self.gradients = {serial: found[g.serial] for serial, g in totals.items()}
        self.edges = [
            Edge(*use, None if g is None else found[g.serial])
            for use, g in zip(uses, back, strict=True)
        ]
        operations = [x for x in self.nodes if x.inputs]
        self.steps = [Moment("start", None), *(Moment("forward", x) for x in operations)]
        self.steps += [Moment("seed", self.y)]
        self.steps += [Moment("backward", x) for x in operations[::-1] if x.serial in totals]

    def known_at(self, kind: str, symbol: Symbol) -> int:
        """The number of the step in which a value ("forward") or what goes back is known."""
        if kind == "forward" and not symbol.inputs:
            return 0
        return next(i for i, s in enumerate(self.steps) if s.kind == kind and s.symbol is symbol)

    def uses(self, symbol: Symbol) -> list[Edge]:
        """The edges that leave a symbol."""
        return [edge for edge in self.edges if edge.source is symbol]


def operands(z: Symbol) -> list[int]:
    """The places of the inputs whose numbers count: no Python numbers, none that lends a shape."""
    lent = z.op.lends_shape if z.inputs else ()
    return [i for i, x in enumerate(z.inputs) if not is_number(x) and i not in lent]

"""The penalty on a weight: what its regularizer adds to the loss.

    L = data + R(w),   dw += dR/dw

A regularizer with a derivative by hand reads its weight alone. Any other is a definition, run on
symbols once: it may read other weights, which it then trains too, draw random numbers, and assign.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.defined import Defined
from scratch.network.node import Node
from scratch.network.plan import Plan
from scratch.network.uses import Last
from scratch.ops.graph.numpy_functions import plain
from scratch.regularizers.regularizers import derivative_by_hand
from scratch.variables.variable import Variable


class Penalty(Last):
    """The penalty on one weight: a last node, which adds to gradients that others have written.

    Args:
        variable: the weight; it has a regularizer.
        eagerly: whether a definition is run in every batch, in place of once.
    """

    def __init__(self, variable: Variable, eagerly: bool = False) -> None:
        assert variable.regularizer is not None
        self._variable, self._regularizer = variable, variable.regularizer
        self._by_hand = derivative_by_hand(self._regularizer)
        self._defined = Defined(self._definition, eagerly)

    def forward(self, x: Any, node: Node) -> Any:
        """R(w), a scalar."""
        if self._by_hand is not None:
            return plain(self._regularizer(self._variable.array))
        return self._defined.forward({})

    def backward(self, dR: Any, node: Node) -> None:
        """dL/dw = dL/dR dR/dw, for every weight on which the last R depends."""
        if self._by_hand is not None:
            gradient = self._by_hand(self._variable.array)
            node.dvariables = {self._variable: gradient if dR == 1 else dR * gradient}
        else:
            self._defined.backward(dR)
            node.dvariables = self._defined.dvariables

    def plan_forward(self, plan: Plan) -> str | None:
        """The line of `forward`, and the name of R(w); None where a definition says what R is."""
        if self._by_hand is None:
            return None
        regularizer, w = self._regularizer, plan.name(self._variable.array, self._variable.name)
        penalty = plan.result("penalty")
        call = f"{plan.name(regularizer, type(regularizer).__name__.lower())}({w})"
        plan.line(f"{penalty} = {plan.name(plain, 'plain')}({call})")
        return penalty

    def plan_backward(self, plan: Plan) -> None:
        """The line that adds dR/dw to the gradient."""
        w = plan.name(self._variable.array, self._variable.name)
        gradient = plan.name(self._variable.gradient, f"d_{self._variable.name}")
        slope = plan.name(self._by_hand, f"{type(self._regularizer).__name__.lower()}_slope")
        plan.line(f"{plan.name(np.add, 'add')}({gradient}, {slope}({w}), {gradient})")

    def rewind(self, node: Node, since: int) -> None:
        self._defined.rewind(since)

    def _definition(self) -> Any:
        return ops.sum(self._regularizer(self._variable))


def penalties(variables: list[Variable], eagerly: bool = False) -> list[Node]:
    """The nodes of those on the weights that have a regularizer."""
    return [Node(Penalty(v, eagerly)) for v in variables if v.regularizer is not None]

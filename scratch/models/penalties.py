"""The penalty on a weight: what its regularizer adds to the loss.

    L = data + R(w),   dw += dR/dw

A regularizer with a derivative by hand reads its weight alone. Any other is a definition, run on
symbols once: it may read other weights, which it then trains too, draw random numbers, and assign.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.defined import Defined
from scratch.regularizers.regularizers import derivative_by_hand
from scratch.variable import Variable


class Penalty:
    """The penalty on one weight.

    Args:
        variable: the weight; it has a regularizer.
        eagerly: whether a definition is run in every batch, in place of once.
    """

    def __init__(self, variable: Variable, eagerly: bool = False) -> None:
        assert variable.regularizer is not None
        self._variable, self._regularizer = variable, variable.regularizer
        self._by_hand = derivative_by_hand(self._regularizer)
        self._defined = Defined(self._definition, eagerly)

    def forward(self) -> Any:
        """R(w), a scalar."""
        if self._by_hand is not None:
            return self._regularizer(self._variable.array)
        return self._defined.forward({})

    def backward(self, dR: Any = None) -> dict[Variable, np.ndarray]:
        """From dL/dR (None: 1) to dL/dw, for every weight on which the last R depends."""
        if self._by_hand is not None:
            gradient = self._by_hand(self._variable.array)
            return {self._variable: gradient if dR is None else dR * gradient}
        self._defined.backward(np.ones((), self._variable.dtype) if dR is None else dR)
        return self._defined.dvariables

    def rewind(self, since: int) -> None:
        """Undoes what the definition has assigned since an assignment of that number."""
        self._defined.rewind(since)

    def _definition(self) -> Any:
        return ops.sum(self._regularizer(self._variable))


def penalties(variables: list[Variable], eagerly: bool = False) -> list[Penalty]:
    """Those on the weights that have a regularizer."""
    return [Penalty(v, eagerly) for v in variables if v.regularizer is not None]

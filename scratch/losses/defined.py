"""A loss or a penalty that is a definition alone: the network that computes it, made once.

    values = L(p, y; w)     dp = (dvalues/dp)^T dvalues,   dw = (dvalues/dw)^T dvalues

The definition is run on symbols, like a layer's `call`: once for every shape of a batch. What it
draws is drawn anew in every batch, and a weight of the model that it reads has a gradient.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch.activations.apply import logits_in
from scratch.logits import set_logits
from scratch.network import Network
from scratch.ops.operation import to_symbol
from scratch.trace import Trace, tracing
from scratch.variable import Variable

_KEPT = 4  # networks: the last batch of an epoch is smaller than the others


class Defined:
    """Forward and backward of a definition.

    Args:
        definition: from labels and predictions to one value per sample, in ops; or, of nothing but
            weights, to a number.
        eagerly: whether it is run in every batch, and may look at the numbers of a variable.

    Attributes:
        dvariables: dL/dw of the last backward pass, for every weight that the definition reads and
            on which the values depend.
    """

    def __init__(self, definition: Callable[..., Any], eagerly: bool = False) -> None:
        self._definition, self._eagerly = definition, eagerly
        self._networks: dict[tuple, Network] = {}
        self._last: Network | None = None
        self.dvariables: dict[Variable, np.ndarray] = {}

    def forward(self, given: Sequence[np.ndarray], activation: Any = None) -> np.ndarray:
        """The values for a batch.

        Args:
            given: nothing; or predictions, labels, and what stands before the predictions'
                `activation`, where that may be read.
            activation: see there.
        """
        key = (activation, *((x.shape, x.dtype) for x in given))
        network = self._networks.pop(key, None) or self._network(given, activation)
        self._networks[key] = self._last = network
        if len(self._networks) > _KEPT:
            del self._networks[next(iter(self._networks))]
        return network.forward(list(given))

    def backward(self, dvalues: np.ndarray) -> list[np.ndarray | None]:
        """From dL/d(values) to dL/d(given), None where there is none; fills `dvariables`."""
        network = self._last
        assert network is not None
        found = network.backward(dvalues)
        self.dvariables = {v: network.apart[v] for v in network.reached()}
        return found

    def _network(self, given: Sequence[np.ndarray], activation: Any) -> Network:
        trace = Trace()
        trace.hides_numbers = not self._eagerly
        names = ("y_pred", "y_true", "logits")
        symbols = [
            trace.input(x.shape, x.dtype.name, name) for x, name in zip(given, names, strict=False)
        ]
        p_and_y, before = symbols[:2], symbols[2:]
        with tracing(trace):
            if before:
                set_logits(symbols[0], logits_in(activation, before[0]))
            output = trace.node_of(to_symbol(self._definition(*reversed(p_and_y))))
        # Its weights may belong to a network that computes gradients of its own.
        network = Network(trace, [trace.node_of(x) for x in symbols], [output], apart=True)
        network.want_dx()
        return network

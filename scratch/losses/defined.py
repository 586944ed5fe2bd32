"""A loss or a penalty that is a definition alone: the network that computes it, made once.

    values = L(p, y; w)     dp = (dvalues/dp)^T dvalues,   dw = (dvalues/dw)^T dvalues

The definition is run on symbols, like a layer's `call`: as in Keras once for training and once for
tests, whatever the number of rows. What it draws is drawn anew in every batch, and a weight of the
model that it reads has a gradient.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from scratch.network.masks import get_keras_mask, set_keras_mask
from scratch.network.network import Network
from scratch.network.trace import Trace, tracing
from scratch.network.uses import Segment
from scratch.ops.graph.logits import set_logits
from scratch.ops.graph.operation import to_symbol
from scratch.variables.variable import Variable

Shape = tuple[int | None, ...]
_KEPT = 4  # networks: not every batch is trained on, and some definitions ask how large it is


class Networks:
    """The networks that a definition was made into, the last few, by what they were made for.

    Args:
        eagerly: whether each is used once.
    """

    def __init__(self, eagerly: bool) -> None:
        self._eagerly = eagerly
        self._found: dict[Any, Any] = {}
        self._of_any_rows: dict[Any, bool] = {}

    def get(
        self,
        key: Any,
        arrays: Sequence[np.ndarray],
        rows: int,
        make: Callable[[Sequence[Shape]], Any],
    ) -> Any:
        """What `make` has made for arrays like these, now or before.

        Args:
            key: what it was made for besides.
            arrays: the inputs.
            rows: of the batch. Where a definition does not ask for their number, it is run for any.
            make: from the shapes of the inputs to the network.
        """
        shapes = [a.shape for a in arrays]
        if self._eagerly:
            return make(shapes)
        any_rows = tuple((None, *s[1:]) if s[:1] == (rows,) else s for s in shapes)
        key = (key, any_rows, *(a.dtype for a in arrays))
        if self._of_any_rows.get(key, True):
            try:
                return self._kept(key, lambda: make(any_rows))
            except (TypeError, ValueError, NotImplementedError):
                self._of_any_rows[key] = False
        return self._kept((key, *shapes), lambda: make(shapes))

    def _kept(self, key: Any, make: Callable[[], Any]) -> Any:
        found = self._found.pop(key, None) or make()
        self._found[key] = found  # behind all others
        if len(self._found) > _KEPT:
            del self._found[next(iter(self._found))]
        return found

    def __len__(self) -> int:
        return len(self._found)

    def __getstate__(self) -> dict[str, Any]:
        """A copy makes networks of its own."""
        return {**vars(self), "_found": {}, "_of_any_rows": {}}


class Defined:
    """Forward and backward of a definition.

    Args:
        definition: from labels and predictions (and sample weights, where there are any) to one
            value per sample, or to the reduced loss; or, of nothing but weights, to a number.
        eagerly: whether it is run in every batch, and may look at the numbers of a variable.

    Attributes:
        dvariables: dL/dw of the last backward pass, for every weight that the definition reads and
            on which the values depend.
    """

    def __init__(self, definition: Callable[..., Any], eagerly: bool = False) -> None:
        self._definition, self._eagerly = definition, eagerly
        self._networks = Networks(eagerly)
        self._last: tuple[Network, list[str]] | None = None
        self.dvariables: dict[Variable, np.ndarray] = {}

    def forward(self, given: Mapping[str, np.ndarray], training: bool = False) -> np.ndarray:
        """The values for a batch; a mask that the definition gives them travels with them.

        Args:
            given: nothing; or `y_pred`, `y_true`, and where there are any `sample_weight`, the
                `mask` of the predictions, and `logits`: what stands before their activation, if
                that may be read.
            training: whether the batch is trained on.
        """
        arrays = list(given.values())
        rows = len(given["y_pred"]) if "y_pred" in given and given["y_pred"].shape else 0
        network = self._networks.get(
            (training, *given), arrays, rows, lambda shapes: self._network(given, shapes)
        )
        self._last = network, list(given)
        values = network.forward(arrays)
        for node, mask in network.masked_outputs:
            set_keras_mask(node.y, mask.y)
        return values

    def backward(self, dvalues: np.ndarray) -> dict[str, np.ndarray | None]:
        """From dL/d(values) to dL/d(given), None where there is none; fills `dvariables`."""
        assert self._last is not None
        network, names = self._last
        network.slopes[network.output] = dvalues
        found = network.backward()
        self.dvariables = network.dvariables()
        return dict(zip(names, found or (), strict=True))

    def graph(self) -> tuple[Any, list[str]] | None:
        """What the last `forward` came to, if that is one graph of the arguments and no more.

        The graph (see `Differentiated`), and of which arguments it is, in the order of its inputs.
        """
        assert self._last is not None
        network, names = self._last
        if len(network.computing) != 1 or network.masked_outputs or network.assigned:
            return None
        (node,) = network.computing
        if not isinstance(node.layer, Segment) or node.layer.graph.variables:
            return None
        inputs = [names[network.inputs.index(parent)] for parent in node.inputs]
        return node.layer.graph, inputs

    def rewind(self, since: int) -> None:
        """Undoes what the definition has assigned since an assignment of that number."""
        if self._last is not None:
            self._last[0].rewind(since)

    def __getstate__(self) -> dict[str, Any]:
        """What a network has computed stays with it."""
        return {**vars(self), "_last": None, "dvariables": {}}

    def _network(self, given: Mapping[str, np.ndarray], shapes: Sequence[Shape]) -> Network:
        trace = Trace()
        trace.shows_numbers = self._eagerly
        symbols = {
            name: trace.input(shape, x.dtype.name, name)
            for (name, x), shape in zip(given.items(), shapes, strict=True)
        }
        # Run in every batch, it may look at the labels: these are numbers then.
        seen: Mapping[str, Any] = symbols
        if self._eagerly:
            seen = {**given, **{n: s for n, s in symbols.items() if n in ("y_pred", "logits")}}
        labels = [seen[n] for n in ("y_true", "y_pred", "sample_weight") if n in seen]
        if "mask" in symbols:
            set_keras_mask(symbols["y_pred"], symbols["mask"])
        with tracing(trace):
            if "logits" in symbols:
                set_logits(symbols["y_pred"], symbols["logits"])
            values = to_symbol(self._definition(*labels))
            output, mask = trace.node_of(values), get_keras_mask(values)
            mask = None if mask is None else trace.node_of(to_symbol(mask))
        inputs = [trace.node_of(x) for x in symbols.values()]
        # Its weights may belong to a network that computes gradients of its own.
        network = Network(trace, inputs, [output], apart=True)
        network.masked_outputs = [] if mask is None else [(output, mask)]
        network.end_in([output])  # and not in penalties of layers that it calls
        # Never of labels, weights or masks.
        read = [symbols[name] for name in ("y_pred", "logits") if name in symbols]
        network.want_dx([trace.node_of(x) for x in read])
        return network

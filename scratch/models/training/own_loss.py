"""A redefined `compute_loss`: the network that it defines.

    L = compute_loss(x, y, p, weight)     dp, dz, dpenalties, and dw for every weight that it reads

It is run on symbols, like a layer's `call`: once for training and once for tests (in every batch
where the model runs eagerly). Layers that it calls become nodes, what it draws is drawn once a
batch, and metrics that it updates are updated when the network computes.
"""

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import ops, tree
from scratch.losses.defined import Networks, Shape
from scratch.models.training.hooks import added
from scratch.network.masks import set_keras_mask
from scratch.network.network import Network
from scratch.network.node import Node
from scratch.network.trace import Trace, tracing
from scratch.network.uses import Last
from scratch.ops.graph.logits import set_logits
from scratch.ops.graph.operation import to_symbol


class OwnLoss(Last):
    """A model's redefined `compute_loss`: the last node of a network of the model.

    It reads the outputs, the logits before them where a loss may, the penalties and whatever else
    layers add to the loss, the masks of the outputs, and the batch.

    Args:
        model: the model.
        eagerly: whether to run the definition in every batch.
    """

    name = "compute_loss"

    def __init__(self, model: Any, eagerly: bool) -> None:
        self._model, self._eagerly = model, eagerly
        self._networks = Networks(eagerly)

    def node(
        self, network: Network, penalties: Sequence[Node], batch: Node, training: bool
    ) -> Node:
        """The node of the loss in a network of the model.

        Args:
            network: it computes the outputs, and what layers add.
            penalties: the nodes of those on weights.
            batch: computes x, y and sample weights.
            training: whether the node is for training.
        """
        read = [z for z in network.logits if z is not None]
        added = [*network.losses, *penalties]
        masks = [mask for _, mask in network.masked_outputs]
        node = Node(self, [*network.outputs, *read, *added, *masks, batch])
        node.training = training
        node.saved["network"] = network
        node.saved["differentiated"] = len(node.inputs) - len(masks) - 1
        return node

    def forward(self, given: Any, node: Node) -> Any:
        """The loss of a batch."""
        *arrays, batch = given
        arrays = [np.asarray(a) for a in arrays]
        arrays += [leaf for leaf in tree.flatten(batch) if leaf is not None]
        layout = repr(tree.map_structure(lambda leaf: leaf is None, batch))
        found = self._networks.get(
            layout,
            arrays,
            len(node.saved["network"].source.y),
            lambda shapes: self._made(node, batch, arrays, shapes),
        )
        node.saved["own"] = found
        return found[0].forward(arrays)

    def backward(self, dL: Any, node: Node) -> list[Any]:
        """The derivatives with respect to all that is read; None where there is none.

        Raises:
            ValueError: where the value does not depend on the model.
        """
        own, depends = node.saved["own"]
        if not depends:
            raise ValueError("No gradients provided for any variable.")
        own.slopes[own.output] = dL
        found = own.backward()[: node.saved["differentiated"]]
        node.dvariables = own.dvariables()
        return [*found, *[None] * (len(node.inputs) - len(found))]

    def rewind(self, node: Node, since: int) -> None:
        if "own" in node.saved:
            node.saved["own"][0].rewind(since)

    def _made(
        self, node: Node, batch: Any, arrays: Sequence[np.ndarray], shapes: Sequence[Shape]
    ) -> tuple[Network, bool]:
        """The network of a batch, and whether it depends on anything."""
        network, differentiated = node.saved["network"], node.saved["differentiated"]
        trace = Trace()
        trace.shows_numbers = self._eagerly
        symbols = [trace.input(s, a.dtype.name) for a, s in zip(arrays, shapes, strict=True)]
        waiting = iter(symbols)
        outputs = [next(waiting) for _ in network.outputs]
        logits = [None if z is None else next(waiting) for z in network.logits]
        read = len(outputs) + sum(z is not None for z in logits)
        penalties = [next(waiting) for _ in range(differentiated - read)]
        for output, _ in network.masked_outputs:
            set_keras_mask(outputs[network.outputs.index(output)], next(waiting))
        x, y, weight = tree.map_structure(
            lambda leaf: None if leaf is None else next(waiting), list(batch)
        )
        if self._eagerly:  # run in every batch, it may look at the data
            x, y, weight = batch
        with tracing(trace):
            for p, z in zip(outputs, logits, strict=True):
                if z is not None:
                    set_logits(p, z)
            y_pred = network.structured(outputs)
            value = self._defined(x, y, y_pred, weight, node.training, penalties)
            output = trace.node_of(to_symbol(value))
        made = Network(trace, [trace.node_of(s) for s in symbols], [output], apart=True)
        made.end_in([output])  # and not in penalties of layers, unless it adds them itself
        made.want_dx(made.inputs[:differentiated])
        return made, isinstance(value, ops.Symbol)

    def _defined(
        self, x: Any, y: Any, y_pred: Any, weight: Any, training: bool, penalties: list[Any]
    ) -> Any:
        model = self._model
        arguments: dict[str, Any] = {"training": training}
        if "training" not in inspect.signature(model.compute_loss).parameters:
            arguments = {}
        with added.pushed((model, penalties)):
            return model.compute_loss(x, y, y_pred, weight, **arguments)

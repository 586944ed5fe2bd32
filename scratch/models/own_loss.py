"""A redefined `compute_loss`: the network that it defines.

    L = compute_loss(x, y, p, weight)     dp, dz, dpenalties, and dw for every weight that it reads

It is run on symbols, like a layer's `call`, once for every shape of a batch (in every batch where
the model runs eagerly). Layers that it calls become nodes, what it draws is drawn once a batch, and
metrics that it updates are updated when the network computes.
"""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch import ops, structure
from scratch.activations.apply import logits_in
from scratch.logits import set_logits
from scratch.masks import set_keras_mask
from scratch.network import Network
from scratch.ops.operation import to_symbol
from scratch.trace import Trace, tracing
from scratch.variable import Variable

_KEPT = 4  # networks: for training and evaluation, for whole batches and the last one


@dataclass
class OwnGradients:
    """The derivatives of a redefined loss.

    Attributes:
        dy, dz: with respect to the outputs, and to what stands before their activations where a
            loss may read that; None where the loss does not depend on them.
        dpenalties: with respect to what layers add to the loss.
        dvariables: with respect to the weights that the loss itself reads.
    """

    dy: list[Any]
    dz: list[Any]
    dpenalties: list[Any]
    dvariables: dict[Variable, np.ndarray]


class OwnLoss:
    """A model's redefined `compute_loss`, for the batch that a network of the model has computed.

    Args:
        model: the model.
        eagerly: whether to run the definition in every batch.

    Attributes:
        penalties: what layers added to the loss of the last batch.
    """

    def __init__(self, model: Any, eagerly: bool) -> None:
        self._model, self._eagerly = model, eagerly
        self._networks: dict[tuple, tuple[Network, bool]] = {}
        self._last: tuple[Network, bool] | None = None
        self.penalties: list[Any] = []

    def forward(self, network: Network, batch: Any, training: bool) -> Any:
        """The loss of a batch.

        Args:
            network: its nodes hold the outputs.
            batch: x, y, sample_weight.
            training: whether the batch is trained on.
        """
        nodes = network.outputs
        self.penalties = network.added_losses()
        self.penalties += [v.regularizer(v.value) for v in network.penalized]  # type: ignore[misc]
        self._before = [i for i, node in enumerate(nodes) if node.fused]
        given = [node.y for node in nodes] + [nodes[i].z for i in self._before]
        given += map(np.asarray, self.penalties)
        self._differentiated = len(given)
        given += [mask.y for _, mask in network.masked_outputs]
        given += [leaf for leaf in structure.flatten(batch) if leaf is not None]
        layout = repr(structure.map_structure(lambda leaf: leaf is None, batch))
        key = (network, training, layout, *((a.shape, a.dtype) for a in given))
        found = None if self._eagerly else self._networks.pop(key, None)
        self._last = self._networks[key] = found or self._made(network, batch, training, given)
        if len(self._networks) > _KEPT:
            del self._networks[next(iter(self._networks))]
        return self._last[0].forward(given)

    def backward(self, network: Network) -> OwnGradients:
        """The derivatives for the last batch.

        Raises:
            ValueError: where the value does not depend on the model.
        """
        assert self._last is not None
        own, depends = self._last
        if not depends:
            raise ValueError("No gradients provided for any variable.")
        found = iter(own.backward(np.ones_like(own.output.y)))
        dy = [next(found) for _ in network.outputs]
        dz: list[Any] = [None] * len(dy)
        for i in self._before:
            dz[i] = next(found)
        dpenalties = [0 if d is None else d for d, _ in zip(found, self.penalties, strict=False)]
        reached = own.trains - own.unreached()
        dvariables = {v: v.gradient.copy() for v in reached}  # type: ignore[union-attr]
        return OwnGradients(dy, dz, dpenalties, dvariables)

    def __getstate__(self) -> dict[str, Any]:
        """A copy makes networks of its own."""
        return {**vars(self), "_networks": {}, "_last": None, "penalties": []}

    def _made(
        self, network: Network, batch: Any, training: bool, given: Sequence[np.ndarray]
    ) -> tuple[Network, bool]:
        """The network of a batch, and whether it depends on anything."""
        trace = Trace()
        symbols = [trace.input(a.shape, a.dtype.name) for a in given]
        waiting = iter(symbols)
        outputs = [next(waiting) for _ in network.outputs]
        before = [next(waiting) for _ in self._before]
        penalties = [next(waiting) for _ in self.penalties]
        for node, _ in network.masked_outputs:
            set_keras_mask(outputs[network.outputs.index(node)], next(waiting))
        x, y, weight = structure.map_structure(
            lambda leaf: None if leaf is None else next(waiting), list(batch)
        )
        with tracing(trace):
            for i, z in zip(self._before, before, strict=True):
                set_logits(outputs[i], logits_in(network.outputs[i].layer.activation, z))
            y_pred = structure.unpack_single(structure.pack_as(network.output_structure, outputs))
            value = self._defined(x, y, y_pred, weight, training, penalties)
            output = trace.node_of(to_symbol(value))
        layers = [node.layer for node in trace.nodes if node.layer is not None]
        read = [v for layer in layers for v in layer.trainable_variables]
        owned = [v for v in read if v.gradient is not None]  # by the model
        made = Network(trace, [trace.node_of(s) for s in symbols], [output], owned)
        made.without_penalties()  # of layers that it calls, unless it adds them itself
        made.want_dx(made.inputs[: self._differentiated])
        return made, isinstance(value, ops.Symbol)

    def _defined(
        self, x: Any, y: Any, y_pred: Any, weight: Any, training: bool, penalties: list[Any]
    ) -> Any:
        model = self._model
        arguments: dict[str, Any] = {"training": training}
        if "training" not in inspect.signature(model.compute_loss).parameters:
            arguments = {}
        model._penalties = penalties
        try:
            return model.compute_loss(x, y, y_pred, weight, **arguments)
        finally:
            model._penalties = None

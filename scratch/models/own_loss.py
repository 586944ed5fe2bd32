"""A redefined `compute_loss`: the network that it defines.

    L = compute_loss(x, y, p, weight)     dp, dz, dpenalties, and dw for every weight that it reads

It is run on symbols, like a layer's `call`, once for training and once for tests (in every batch
where the model runs eagerly). Layers that it calls become nodes, what it draws is drawn once a
batch, and metrics that it updates are updated when the network computes.
"""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch import ops, structure
from scratch.activations.apply import logits_in
from scratch.logits import set_logits
from scratch.losses.defined import Networks, Shape
from scratch.masks import set_keras_mask
from scratch.network import Network
from scratch.ops.operation import to_symbol
from scratch.trace import Trace, tracing
from scratch.variable import Variable


@dataclass
class OwnGradients:
    """The derivatives of a redefined loss.

    Attributes:
        dy, dz: with respect to the outputs, and to what stands before their activations where a
            loss may read that; None where the loss does not depend on them.
        dadded: with respect to what layers add to the loss.
        dpenalties: with respect to the penalties on weights; None where it does not depend on them.
        dvariables: with respect to the weights that the loss itself reads.
    """

    dy: list[Any]
    dz: list[Any]
    dadded: list[Any]
    dpenalties: list[Any]
    dvariables: dict[Variable, np.ndarray]


class OwnLoss:
    """A model's redefined `compute_loss`, for the batch that a network of the model has computed.

    Args:
        model: the model.
        eagerly: whether to run the definition in every batch.
    """

    def __init__(self, model: Any, eagerly: bool) -> None:
        self._model, self._eagerly = model, eagerly
        self._networks = Networks(eagerly)
        self._last: tuple[Network, bool] | None = None
        self._added: list[Any] = []  # by layers, to the loss of the last batch
        self._penalties: list[Any] = []

    def forward(self, network: Network, batch: Any, training: bool) -> Any:
        """The loss of a batch.

        Args:
            network: its nodes hold the outputs.
            batch: x, y, sample_weight.
            training: whether the batch is trained on.
        """
        nodes = network.outputs
        self._added = network.added_losses()
        self._penalties = [penalty.forward() for penalty in network.penalties]
        self._before = [i for i, node in enumerate(nodes) if node.fused]
        given = [node.y for node in nodes] + [nodes[i].z for i in self._before]
        given += map(np.asarray, [*self._added, *self._penalties])
        self._differentiated = len(given)
        given += [mask.y for _, mask in network.masked_outputs]
        given += [leaf for leaf in structure.flatten(batch) if leaf is not None]
        layout = repr(structure.map_structure(lambda leaf: leaf is None, batch))
        self._last = self._networks.get(
            (network, training, layout),
            given,
            len(network.source.y),
            lambda shapes: self._made(network, batch, training, given, shapes),
        )
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
        dadded = [0 if (d := next(found)) is None else d for _ in self._added]
        dpenalties = [next(found) for _ in self._penalties]
        return OwnGradients(dy, dz, dadded, dpenalties, own.dvariables())

    def rewind(self, since: int) -> None:
        """Undoes what the definition has assigned since an assignment of that number."""
        if self._last is not None:
            self._last[0].rewind(since)

    def _made(
        self,
        network: Network,
        batch: Any,
        training: bool,
        given: Sequence[np.ndarray],
        shapes: Sequence[Shape],
    ) -> tuple[Network, bool]:
        """The network of a batch, and whether it depends on anything."""
        trace = Trace()
        trace.shows_numbers = self._eagerly
        symbols = [trace.input(shape, a.dtype.name) for a, shape in zip(given, shapes, strict=True)]
        waiting = iter(symbols)
        outputs = [next(waiting) for _ in network.outputs]
        before = [next(waiting) for _ in self._before]
        penalties = [next(waiting) for _ in (*self._added, *self._penalties)]
        for node, _ in network.masked_outputs:
            set_keras_mask(outputs[network.outputs.index(node)], next(waiting))
        x, y, weight = structure.map_structure(
            lambda leaf: None if leaf is None else next(waiting), list(batch)
        )
        if self._eagerly:  # run in every batch, it may look at the data
            x, y, weight = batch
        with tracing(trace):
            for i, z in zip(self._before, before, strict=True):
                set_logits(outputs[i], logits_in(network.outputs[i].layer.activation, z))
            y_pred = structure.unpack_single(structure.pack_as(network.output_structure, outputs))
            value = self._defined(x, y, y_pred, weight, training, penalties)
            output = trace.node_of(to_symbol(value))
        made = Network(trace, [trace.node_of(s) for s in symbols], [output], apart=True)
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

"""One step of training.

    p  = network.forward(x)              the prediction
    L  = loss(y, p) + penalties          how wrong it is
    dp = dL/dp                           network.backward(dp) fills every gradient
    optimizer.step_in_fit()              better weights

The network is made before: see `connecting`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import structure
from scratch.batches import Batch
from scratch.interrupts import step
from scratch.losses.fusion import show_logits
from scratch.masks import set_keras_mask
from scratch.models.compiling import Compiled
from scratch.models.connecting import Connecting
from scratch.models.hooks import Hooks
from scratch.models.outputs import Outputs
from scratch.models.own_loss import OwnLoss
from scratch.network import Network
from scratch.optimizers.optimizer import with_gradients
from scratch.trace import Assignment
from scratch.variable import Variable


class TrainingStep(Connecting, Hooks):
    """What a compiled model can do with one batch.

    It is mixed with a layer, whose call it trains.
    """

    def train_on(self, batch: Batch, network: Network) -> None:
        """Forward, backward, step; updates the running means.

        Whatever interrupts it leaves the weights, the optimizer's variables, the averages that
        layers keep and what losses assign to variables as they are between two steps.
        """
        with step():
            self._prove(self._make_whole, batch, network)

    def _make_whole(self, batch: Batch, network: Network) -> None:
        before, assigned = [(v, v.value.copy()) for v in network.moving], Assignment.made
        whole = self.optimizer.whole
        whole.begun = False
        try:
            loss = self._step(batch, network)
        except BaseException:
            if not whole.begun:
                compiled = self._require_compiled()
                own = [] if compiled.own_loss is None else [compiled.own_loss]
                for definition in (*compiled.losses.terms, *network.penalties, *own):
                    definition.rewind(assigned)
                for v, value in before:
                    v.value[...] = value
            raise
        self._update_metrics(network, loss, batch)

    def _step(self, batch: Batch, network: Network) -> Any:
        """Forward, backward, step; returns the loss."""
        x = batch[0]
        network.forward(x if network.takes_as_is(x) else self.arranged(x))
        if self._defines_loss:
            redefined = self._own_loss()
            loss = redefined.forward(network, batch, training=True)
            self._backward_own(network, redefined)
        else:
            loss = self.forward_loss(network, batch[1], batch[2])
            self.backpropagate(network)
        storage = self._compiled.storage  # type: ignore[union-attr]
        if storage is not None and storage.variables:
            if network.taking_part is None:
                network.taking_part = self._taking_part(network, storage.variables)
            scale = self.optimizer.slope_of_loss(loss)
            if scale != 1:
                storage.gradients *= storage.gradients.dtype.type(scale)  # the step divides by it
            every = len(network.taking_part) == len(storage.variables)
            self.optimizer.step_in_fit(None if every else network.taking_part)
        return loss

    def _taking_part(self, network: Network, variables: list[Variable]) -> list[Variable]:
        """Those of `variables` whose gradients exist, after a first backward pass.

        Args:
            network: has computed them.
            variables: all trained ones.
        """
        reached = network.reached()
        if self.optimizer.redefines_step:  # it is told of the others
            return [v for v in variables if v in reached]
        return with_gradients(variables, {v for v in variables if v not in reached})

    def test_on(self, batch: Batch, network: Network) -> None:
        """Forward; updates the running means."""
        self._prove(self._test_on, batch, network)

    def _prove(self, take: Callable, batch: Batch, network: Network) -> None:
        """Takes a batch. A first one that fails, say with other labels, decides nothing."""
        compiled = self._require_compiled()
        try:
            take(batch, network)
        except BaseException:
            if not compiled.proven:
                self.disconnect()
            raise
        compiled.proven = True

    def _test_on(self, batch: Batch, network: Network) -> None:
        x = batch[0]
        network.forward(x if network.takes_as_is(x) else self.arranged(x))
        if self._defines_loss:
            loss = self._own_loss().forward(network, batch, training=False)
        else:
            loss = self.forward_loss(network, batch[1], batch[2], training=False)
        self._update_metrics(network, loss, batch)

    def _own_loss(self) -> OwnLoss:
        compiled = self._require_compiled()
        if compiled.own_loss is None:
            compiled.own_loss = OwnLoss(self, compiled.settings["run_eagerly"])
        return compiled.own_loss

    def _backward_own(self, network: Network, own: OwnLoss) -> None:
        """Fills every `variable.gradient` from a redefined loss."""
        if not self.trainable_weights:
            return
        found = own.backward(network)
        network.backward(found.dy, found.dz, found.dadded)
        for penalty, dR in zip(network.penalties, found.dpenalties, strict=True):
            if dR is not None:
                network.add(penalty.backward(dR))
        network.add(found.dvariables)

    def forward_loss(self, network: Network, y: Any, weight: Any, training: bool = True) -> Any:
        """The total loss of the batch that `network` has just computed: data and penalties."""
        compiled = self._require_compiled()
        terms = compiled.losses.terms
        if self.loss is not None and y is None:
            raise ValueError(
                f"Model {self.name!r}: `y` is missing. The loss {self.loss!r} compares outputs "
                "with labels"
            )
        for node, mask in network.masked_outputs:
            for array in (node.y, node.z):
                if array is not None:
                    set_keras_mask(array, mask.y)
        parts = []
        if len(terms) == 1 == len(network.outputs):
            y, weight = compiled.only(y), compiled.only(weight)
            parts.append(terms[0].forward(y, network.output, weight, training))
        elif terms:
            labels, weights = self._arranged_labels(compiled, y, weight)
            values = [
                term.forward(labels[term.number], network.outputs[term.number], w, training)
                for term in terms
                for w in (weights[term.number],)
            ]
            parts.append(sum(values[1:], values[0]))
        if network.adds_losses:
            parts += network.added_losses()
        parts += [penalty.forward() for penalty in network.penalties]
        if len(parts) > 1 and np.ndim(parts[0]):
            raise ValueError(
                f"Model {self.name!r}: its loss is not reduced (reduction="
                f"{terms[0].loss.reduction!r}), one number for each sample, and cannot be added to "
                "the penalties of regularizers, which are single numbers. Choose another "
                "reduction, or leave the regularizers out"
            )
        if not parts:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        return sum(parts[1:], parts[0])

    def _arranged_labels(
        self, compiled: Compiled, y: Any, weight: Any
    ) -> tuple[list[Any], list[Any]]:
        """Labels and weights, one entry for each output."""
        outputs = compiled.outputs or compiled.by_hand
        assert outputs is not None
        present = compiled.losses.present
        labels = outputs.arranged(y, present)
        if weight is None:
            return labels, [None] * outputs.number
        if not structure.is_nested(weight):
            return labels, [weight] * outputs.number
        return labels, outputs.arranged(weight, present)

    def resolve_for(self, y: Any, y_pred: Any) -> None:
        """Makes losses and metrics for predictions by hand, before the first batch does so."""
        compiled = self._compiled
        if compiled is None or compiled.outputs is not None:
            return
        if (self.loss is not None or compiled.metrics.wanted) and (y is None or y_pred is None):
            raise ValueError(
                f"Model {self.name!r}: the loss {self.loss!r} compares `y` with `y_pred`. "
                f"Received: y={y!r}, y_pred={y_pred!r}"
            )
        given = structure.map_structure(lambda p: None, y_pred)
        outputs = Outputs(given, getattr(self, "output_names", None))
        shapes = [tuple(p.shape) for p in structure.flatten(y_pred)]
        if not compiled.losses.terms and self.loss is not None:
            compiled.losses.build(y, outputs, shapes)
        if compiled.metrics.wanted and not compiled.metrics.built:
            labels = outputs.arranged(y, compiled.losses.present)
            compiled.metrics.build(labels, outputs, shapes)
        compiled.by_hand = outputs

    def loss_terms(self, y: Any, weight: Any, y_pred: Any = None) -> list[tuple]:
        """For each loss: its `Term`, labels, sample weights.

        Args:
            y, weight: of a batch.
            y_pred: the predictions, where there may not have been a batch before.
        """
        compiled = self._compiled
        if compiled is None or self.loss is None:
            return []
        if y is None:
            raise ValueError(
                f"Model {self.name!r}: `y` is missing. The loss {self.loss!r} compares outputs "
                "with labels"
            )
        self.resolve_for(y, y_pred)
        labels, weights = self._arranged_labels(compiled, y, weight)
        return [(term, labels[term.number], weights[term.number]) for term in compiled.losses.terms]

    def backpropagate(self, network: Network) -> Any:
        """Fills every `variable.gradient` for the last `forward_loss`; returns dL/dx if wanted."""
        terms = self._require_compiled().losses.terms
        dy: list[Any] = [None] * len(network.outputs)
        dz = list(dy)
        for term in terms:
            dy[term.number], dz[term.number] = term.backward()
        dx = network.backward(dy, dz)
        for penalty in network.penalties:
            network.add(penalty.backward())
        for term in terms:
            network.add(term.dvariables)
        return dx

    def _update_metrics(self, network: Network, loss: Any, batch: Batch) -> None:
        x, y, weight = batch
        compiled = self._require_compiled()
        loss = loss.mean() if getattr(loss, "ndim", 0) else loss
        compiled.tracker.add(loss, len(network.source.y))
        if self._redefines("compute_metrics"):
            self._computed = network
            for node in network.outputs:
                if node.keeps_z:
                    show_logits(node)
            self._logs = self.compute_metrics(x, y, self._outputs_of(network), weight)
            self._computed = None
        elif compiled.metrics.wanted and y is not None:
            self.update_compiled_metrics(network.outputs, y, weight)

    def update_compiled_metrics(self, nodes: list[Any], y: Any, weight: Any) -> None:
        """Adds a batch, whose outputs (and logits) `nodes` hold, to the compiled metrics."""
        compiled = self._compiled
        if compiled is None:
            return
        if len(nodes) == 1:
            labels, weights = [compiled.only(y)], [compiled.only(weight)]
        else:
            labels, weights = self._arranged_labels(compiled, y, weight)
        if compiled.metrics.wanted:
            compiled.metrics.update_state(labels, nodes, weights)

    def _outputs_of(self, network: Network) -> Any:
        leaves = [node.y for node in network.outputs]
        return structure.unpack_single(structure.pack_as(network.output_structure, leaves))

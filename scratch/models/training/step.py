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

from scratch import tree
from scratch.callbacks.callback import Logs
from scratch.context.interrupts import nothing_can_interrupt, step
from scratch.data.arrays import as_arrays
from scratch.data.batches import BATCH_SIZE, Batch, Batches
from scratch.kernels.denormals import flushed_to_zero
from scratch.models.training.compiling import Compiled
from scratch.models.training.connecting import Connecting
from scratch.models.training.hooks import computing
from scratch.models.training.outputs import Outputs
from scratch.models.training.planned import consider, planned
from scratch.network.network import Network
from scratch.network.uses import Assignment
from scratch.ops.graph.logits import keep_logits, set_logits
from scratch.optimizers.base.optimizer import with_gradients
from scratch.optimizers.base.whole_steps import HALF_WAY
from scratch.variables.variable import Variable


class Step(Connecting):
    """What a model can do with one batch.

    Attributes:
        logs: of the last step, where a subclass has redefined it or its metrics; else None.
    """

    logs: Logs | None = None

    def train_on(self, batch: Batch, network: Network) -> None:
        """Forward, backward, step; updates the running means.

        Whatever interrupts it leaves the weights, the optimizer's variables, the averages that
        layers keep and what losses assign to variables as they are between two steps.
        """
        with step():
            self._take(self._make_whole, batch, network)

    def _make_whole(self, compiled: Compiled, batch: Batch, network: Network) -> None:
        before, assigned = [(v, v.array.copy()) for v in network.moving], Assignment.made
        whole = self.model.optimizer.whole
        whole.begun = whole.made = False
        plan = planned("train", network, batch) if nothing_can_interrupt() else None
        try:
            if plan is not None:
                plan.run(batch[0], batch[1])
                return
            loss = self._change(compiled, batch, network)
        except BaseException as error:
            if plan is not None and whole.begun and not whole.made:
                error.add_note(HALF_WAY)
            if not whole.begun:
                network.rewind(assigned)
                for v, value in before:
                    v.array[...] = value
            raise
        self._update_metrics(compiled, network, loss, batch)
        consider("train", self.model, compiled, network, batch)

    def _change(self, compiled: Compiled, batch: Batch, network: Network) -> Any:
        """Forward, backward, step; returns the loss."""
        loss = self._forward(compiled, batch, network)
        if not compiled.own_loss or self.model.trainable_weights:
            network.backward()
        storage = compiled.storage
        if storage is not None and storage.variables:
            if network.taking_part is None:
                network.taking_part = self._taking_part(network, storage.variables)
            scale = self.model.optimizer.slope_of_loss(loss)
            if scale != 1:
                storage.gradients *= storage.gradients.dtype.type(scale)  # the step divides by it
            every = len(network.taking_part) == len(storage.variables)
            self.model.optimizer.step_in_fit(None if every else network.taking_part)
        return loss

    def _taking_part(self, network: Network, variables: list[Variable]) -> list[Variable]:
        """Those of `variables` whose gradients exist, after a first backward pass.

        Args:
            network: has computed them.
            variables: all trained ones.
        """
        reached = network.reached()
        if self.model.optimizer.redefines_step:  # it is told of the others
            return [v for v in variables if v in reached]
        return with_gradients(variables, {v for v in variables if v not in reached})

    def test_on(self, batch: Batch, network: Network) -> None:
        """Forward; updates the running means."""
        self._take(self._test_on, batch, network)

    def _take(self, take: Callable, batch: Batch, network: Network) -> None:
        """Takes a batch. A first one that fails, say with other labels, decides nothing."""
        compiled = self.compiled
        assert compiled is not None
        try:
            take(compiled, batch, network)
        except BaseException:
            if not compiled.proven:
                self.disconnect()
            raise
        compiled.proven = True

    def _test_on(self, compiled: Compiled, batch: Batch, network: Network) -> None:
        plan = planned("test", network, batch)
        if plan is not None:
            plan.run(batch[0], batch[1])
            return
        self._update_metrics(compiled, network, self._forward(compiled, batch, network), batch)
        consider("test", self.model, compiled, network, batch)

    def _forward(self, compiled: Compiled, batch: Batch, network: Network) -> Any:
        """The loss of a batch."""
        x = batch[0]
        network.forward(x if network.takes_as_is(x) else self.model.arranged(x))
        return self.forward_loss(compiled, network, batch)

    def forward_loss(self, compiled: Compiled, network: Network, batch: Batch) -> Any:
        """The total loss of the batch that `network` has just computed: data and penalties."""
        terms = compiled.losses.terms
        _, y, weight = network.batch.y = batch
        if not compiled.own_loss:
            if y is None:
                self._require_labels(y)
            if len(terms) == 1 == len(network.outputs):
                plain = weight is None and y.__class__ is np.ndarray
                network.targets[0].y = (y, None) if plain else compiled.only(y, weight)
            elif terms:
                arranged = zip(*self._arranged_labels(compiled, y, weight), strict=True)
                for target, given in zip(network.targets, arranged, strict=True):
                    target.y = given
        if network.masked_outputs:
            network.pass_masks_on()
        parts = network.forward_losses()
        if len(parts) > len(terms) and any(np.ndim(part) for part in parts[: len(terms)]):
            raise ValueError(
                f"Model {self.model.name!r}: its loss is not reduced (reduction="
                f"{terms[0].loss.reduction!r}), one number for each sample, and cannot be added to "
                "the penalties of regularizers, which are single numbers. Choose another "
                "reduction, or leave the regularizers out"
            )
        if not parts:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        return sum(parts[1:], parts[0])

    def _require_labels(self, y: Any) -> None:
        model = self.model
        if model.loss is not None and y is None:
            raise ValueError(
                f"Model {model.name!r}: `y` is missing. The loss {model.loss!r} compares outputs "
                "with labels"
            )

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
        if not tree.is_nested(weight):
            return labels, [weight] * outputs.number
        return labels, outputs.arranged(weight, present)

    def resolve_for(self, y: Any, y_pred: Any) -> None:
        """Makes losses and metrics for predictions by hand, before the first batch does so."""
        compiled = self.compiled
        if compiled is None or compiled.outputs is not None:
            return
        if (self.model.loss is not None or compiled.metrics.wanted) and (
            y is None or y_pred is None
        ):
            raise ValueError(
                f"Model {self.model.name!r}: the loss {self.model.loss!r} compares `y` with "
                f"`y_pred`. Received: y={y!r}, y_pred={y_pred!r}"
            )
        given = tree.map_structure(lambda p: None, y_pred)
        outputs = Outputs(given, getattr(self.model, "output_names", None))
        shapes = [tuple(p.shape) for p in tree.flatten(y_pred)]
        if not compiled.losses.terms and self.model.loss is not None:
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
        compiled = self.compiled
        if compiled is None or self.model.loss is None:
            return []
        self._require_labels(y)
        self.resolve_for(y, y_pred)
        labels, weights = self._arranged_labels(compiled, y, weight)
        return [(term, labels[term.number], weights[term.number]) for term in compiled.losses.terms]

    def _update_metrics(
        self, compiled: Compiled, network: Network, loss: Any, batch: Batch
    ) -> None:
        x, y, weight = batch
        loss = loss.mean() if getattr(loss, "ndim", 0) else loss
        compiled.tracker.add(loss, len(network.source.y))
        if compiled.own_metrics:
            for node, z in zip(network.outputs, network.logits, strict=True):
                if z is not None:
                    set_logits(node.y, z.y)
            with computing.pushed(network):
                p = network.structured([node.y for node in network.outputs])
                self.logs = self.model.compute_metrics(x, y, p, weight)
        elif compiled.metrics.wanted and y is not None:
            outputs = [node.y for node in network.outputs]
            self.update_compiled_metrics(outputs, network.known_logits(), y, weight)

    def update_compiled_metrics(
        self, outputs: list[Any], logits: list[Any], y: Any, weight: Any
    ) -> None:
        """Adds a batch, with these outputs (and logits, or None), to the compiled metrics."""
        compiled = self.compiled
        if compiled is None:
            return
        if len(outputs) == 1:
            labels, weights = ([given] for given in compiled.only(y, weight))
        else:
            labels, weights = self._arranged_labels(compiled, y, weight)
        if compiled.metrics.wanted:
            compiled.metrics.add(labels, outputs, logits, weights)

    def add_to_metrics(self, y: Any, y_pred: Any, weight: Any = None) -> None:
        """Adds predictions that no network has computed to the compiled metrics."""
        outputs = [keep_logits(p, np.asarray(p)) for p in tree.flatten(y_pred)]
        self.resolve_for(y, y_pred)
        self.update_compiled_metrics(outputs, [None] * len(outputs), y, weight)

    def predicted(self, x: Any, network: Network) -> Any:
        """The outputs for a batch, in memory of their own and in the model's structure."""
        with network.lock:
            batch = x, None, None
            plan = planned("predict", network, batch)
            if plan is not None:
                return network.structured([plan.run(x).copy()])
            y = network.forward(x if network.takes_as_is(x) else self.model.arranged(x))
            leaves = [part.copy() for part in (y if network.several_outputs else [y])]
            consider("predict", self.model, None, network, batch)
        return network.structured(leaves)

    @flushed_to_zero
    def predicted_at_once(self, x: np.ndarray) -> Any:
        """The outputs for an array that is one batch; None where no plan is made for such ones."""
        network = self.predicting
        if network is None:
            return None
        self.tell_changes(network)
        with network.lock:
            plan = planned("predict", network, (x, None, None))
            return None if plan is None else network.structured([plan.run(x).copy()])

    def reported(self) -> Logs:
        """What the last step reports: the running means, or what a redefined step says.

        Nothing where there was no batch; the loss alone where none had labels for the metrics.
        """
        compiled = self.compiled
        if compiled is not None and compiled.metrics.wanted and not compiled.metrics.built:
            counted = as_number(compiled.tracker.count)
            alone = {"loss": compiled.tracker.result()} if counted else {}
            logs = alone if self.logs is None else self.logs
            return {name: as_number(value) for name, value in logs.items()}
        means = self.model.get_metrics_result()
        if self.logs is None or self.logs.keys() == means.keys():
            return means
        return {name: as_number(value) for name, value in self.logs.items()}


def is_one_batch(x: Any, batch_size: Any) -> bool:
    """Whether batches of that size, or of the default one, leave an array whole."""
    if (
        x.__class__ is not np.ndarray
        or not x.ndim
        or not (batch_size is None or batch_size.__class__ is int)
    ):
        return False
    return 0 < len(x) <= (BATCH_SIZE if batch_size is None else batch_size)


def as_batch(x: Any, y: Any = None, sample_weight: Any = None) -> Batch:
    """All samples as one batch, checked and converted as `fit` would."""
    rows = len(tree.flatten(as_arrays("x", x))[0])
    return next(iter(Batches(x, y, sample_weight, batch_size=max(1, rows))))


def as_number(value: Any) -> Any:
    """A scalar as a float, as logs hold it; anything else, such as a dictionary, as it is."""
    return float(value) if not isinstance(value, dict) and np.ndim(value) == 0 else value

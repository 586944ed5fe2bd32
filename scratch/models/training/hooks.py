"""What a subclass of a model may redefine of a step, as in Keras.

    compute_loss       the loss of a batch, in ops: of what it says, the derivative is taken
    losses             a property: what is added to the compiled losses, in ops
    compute_metrics    what is reported of a batch
    train_step, test_step, predict_step        the whole step; `super().train_step(data)` trains

A redefined `compute_loss` is run on symbols, see `own_loss`. It may call
`super().compute_loss(...)`.
"""

from typing import Any

import numpy as np

from scratch import ops, tree
from scratch.context import definitions
from scratch.data.streams import unpack
from scratch.network.network import Network

Logs = dict[str, Any]


class Hooks:
    """The parts of a step that a subclass may redefine."""

    @property
    def _defines_loss(self) -> bool:
        """Whether a subclass says what the loss of a batch is, or what is added to it."""
        return self._redefines("compute_loss") or self._redefines("losses")

    def _redefines(self, hook: str) -> bool:
        return hook in vars(self) or getattr(type(self), hook) is not getattr(Hooks, hook)

    # The whole step -------------------------------------------------------------------------------

    def train_step(self, data: Any) -> Logs:
        """One step of training on `data`: x, (x, y) or (x, y, sample_weight); returns the logs."""
        model: Any = self
        batch = model.as_batch(*unpack(data))
        model._logs = None  # those of the step before
        model.train_on(batch, model.prepare(batch, training=True))
        return model.step_logs()

    def test_step(self, data: Any) -> Logs:
        """Takes `data`, like those of `train_step`, into account; returns the logs."""
        model: Any = self
        batch = model.as_batch(*unpack(data))
        model._logs = None
        model.test_on(batch, model.prepare(batch, training=False))
        return model.step_logs()

    def predict_step(self, data: Any) -> Any:
        """The outputs for `data`: x, or a tuple that begins with it."""
        model: Any = self
        batch = model.as_batch(unpack(data)[0])
        return model.predicted(batch[0], model.prepare(batch, training=False))

    # Its parts ------------------------------------------------------------------------------------

    # In a step with a redefined `compute_loss`: what layers add to the loss of the batch at hand.
    _penalties: list[Any] | None = None
    _computed: Network | None = None  # in a step with a redefined `compute_metrics`

    @property
    def losses(self) -> list[Any]:
        """What layers add to the loss (see `Layer`); in `compute_loss`, of the batch at hand."""
        return super().losses if self._penalties is None else list(self._penalties)  # type: ignore[misc]

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The compiled losses, and the penalties that layers add.

        Args:
            x, y, sample_weight: of the batch.
            y_pred: the outputs, arrays or symbols, in the model's structure.
            training: whether the batch is trained on.

        Raises:
            ValueError: where there is nothing to add up.
        """
        model: Any = self
        total: list[Any] = []
        outputs = tree.flatten(y_pred)
        for term, labels, weight in model.loss_terms(y, sample_weight, y_pred):
            p = outputs[term.number]
            value = term.loss(labels, p, weight)
            # Called by hand, it runs eagerly in Keras too, and counts samples (quirk K30).
            report = [value, p.shape[0], self._penalties is None]
            tracer = definitions.trace_under_way()
            if tracer is not None and isinstance(value, ops.Symbol):
                tracer.perform(term.report, report)
            elif not isinstance(value, ops.Symbol):
                term.report(*report)
            total.append(value if term.weight is None else value * term.weight)
        total += [ops.sum(penalty) for penalty in model.losses]
        if not total:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        return sum(total[1:], total[0])

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Logs:
        """Adds a batch to the compiled metrics; returns the logs."""
        model: Any = self
        outputs, logits = tree.flatten(y_pred), None
        if self._computed is not None:
            computed = [node.y for node in self._computed.outputs]
            if list(map(id, computed)) == list(map(id, outputs)):
                logits = self._computed.known_logits()
        if logits is None:  # predictions that no network has computed
            outputs, logits = list(map(np.asarray, outputs)), [None] * len(outputs)
        model.resolve_for(y, y_pred)
        model.update_compiled_metrics(outputs, logits, y, sample_weight)
        return model.get_metrics_result()

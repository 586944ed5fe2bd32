"""What a subclass of a model may redefine of a step, as in Keras.

    compute_loss       the loss of a batch, in ops: of what it says, the derivative is taken
    compute_metrics    what is reported of a batch
    train_step, test_step, predict_step        the whole step; `super().train_step(data)` trains

A redefined `compute_loss` is called twice for a batch that is trained on: with arrays, for its
value and whatever else it does (update a metric), and with symbols, for its derivative. It may call
`super().compute_loss(...)`.
"""

import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch import definitions, ops, structure
from scratch.activations.apply import logits_in
from scratch.logits import set_logits
from scratch.losses.fusion import show_logits
from scratch.network import Network
from scratch.streams import unpack

Logs = dict[str, Any]


class Hooks:
    """The parts of a step that a subclass may redefine."""

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
        outputs = structure.flatten(y_pred)
        for term, labels, weight in model.loss_terms(y, sample_weight, y_pred):
            p = outputs[term.number]
            value = term.loss(labels, p, weight)
            if not isinstance(value, ops.Symbol):
                # Called by hand, it runs eagerly in Keras too, and counts samples (quirk K30).
                term.report(value, len(p), self._penalties is None)
            total.append(value if term.weight is None else value * term.weight)
        total += model.losses
        if not total:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        return sum(total[1:], total[0])

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Logs:
        """Adds a batch to the compiled metrics; returns the logs."""
        model: Any = self
        nodes: list[Any] = [] if self._computed is None else self._computed.outputs
        outputs = structure.flatten(y_pred)
        if [id(node.y) for node in nodes] != list(map(id, outputs)):
            nodes = list(map(_Output, outputs))
        model.resolve_for(y, y_pred)
        model.update_compiled_metrics(nodes, y, sample_weight)
        return model.get_metrics_result()


class _Output:
    """Predictions that no network has computed, as a metric looks at them."""

    keeps_z = False

    def __init__(self, y: Any) -> None:
        self.y = np.asarray(y)


class OwnLoss:
    """A redefined `compute_loss` and its derivatives, for the batch that `network` computed.

    Args:
        model: the model.
        network: its nodes hold the outputs.
        batch: x, y, sample_weight.
        training: whether derivatives will be asked for.
    """

    def __init__(self, model: Any, network: Network, batch: Any, training: bool) -> None:
        self.model, self.network, self.batch, self.training = model, network, batch, training
        nodes = network.outputs
        self.added = network.added_losses()
        self.penalties = [penalty.forward() for penalty in network.penalties]
        self.values = [node.y for node in nodes]
        self.z = [node.z if node.fused else None for node in nodes]
        for node in nodes:
            if node.fused:
                show_logits(node)
        self.value = self._of(self.values, list(map(np.asarray, [*self.added, *self.penalties])))

    def _of(self, outputs: list[Any], penalties: list[Any]) -> Any:
        model = self.model
        x, y, weight = self.batch
        y_pred = structure.pack_as(self.network.output_structure, outputs)
        arguments: dict[str, Any] = {"training": self.training}
        if "training" not in inspect.signature(model.compute_loss).parameters:
            arguments = {}
        model._penalties = penalties
        try:
            return model.compute_loss(x, y, structure.unpack_single(y_pred), weight, **arguments)
        finally:
            model._penalties = None

    def gradients(self) -> "OwnGradients":
        """The derivatives of the value.

        Raises:
            ValueError: where the value does not depend on the model.
        """
        outputs = [_leaf(y) for y in self.values]
        before = [None if z is None else _leaf(z) for z in self.z]
        for node, p, z in zip(self.network.outputs, outputs, before, strict=True):
            if z is not None:
                set_logits(p, logits_in(node.layer.activation, z))
        added, penalties = ([_leaf(np.asarray(p)) for p in x] for x in (self.added, self.penalties))
        variables = self.model.trainable_variables
        # A weight that is read by `compute_loss` is a symbol there, as the outputs are.
        recording = definitions.tracing.pushed(definitions.DEFINING)
        with _silenced(self.model.metrics), recording:
            value = self._of(outputs, [*added, *penalties])
        if not isinstance(value, ops.Symbol):
            raise ValueError("No gradients provided for any variable.")
        leaves = [*outputs, *(z for z in before if z is not None), *added]
        arrays = [*self.values, *(z for z in self.z if z is not None), *self.added]
        feeds = dict(
            zip([*leaves, *penalties], map(np.asarray, [*arrays, *self.penalties]), strict=True)
        )
        found = ops.gradient(value, leaves, unconnected="zero")
        found += ops.gradient(value, [*penalties, *variables])
        present = iter(ops.evaluate([d for d in found if d is not None], feeds))
        computed = iter([None if d is None else next(present) for d in found])
        return OwnGradients(
            dy=[next(computed) for _ in outputs],
            dz=[None if z is None else next(computed) for z in before],
            dadded=[next(computed) for _ in added],
            dpenalties=[next(computed) for _ in penalties],
            dvariables=list(computed),
        )


@dataclass
class OwnGradients:
    """The derivatives of a redefined loss.

    Attributes:
        dy, dz: with respect to the outputs, and to what stands before their activations where a
            loss may read that.
        dadded: with respect to what layers add to the loss.
        dpenalties, dvariables: with respect to penalties on weights, and to the weights; None for
            those that the loss does not name.
    """

    dy: list[Any]
    dz: list[Any]
    dadded: list[Any]
    dpenalties: list[Any]
    dvariables: list[Any]


def _leaf(array: np.ndarray) -> Any:
    return ops.Symbol.leaf("y_pred", shape=array.shape, dtype=array.dtype.name)


@contextlib.contextmanager
def _silenced(metrics: list[Any]) -> Iterator[None]:
    """Inside, metrics take nothing into account: what they would get are symbols."""
    try:
        try:
            for metric in metrics:
                vars(metric)["update_state"] = lambda *args, **kwargs: None
            yield
        finally:
            _listening(metrics)
    finally:
        _listening(metrics)  # once more: an interrupt may have come just before the first time


def _listening(metrics: list[Any]) -> None:
    for metric in metrics:
        vars(metric).pop("update_state", None)

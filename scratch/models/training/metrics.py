"""The metrics of a compiled model, for every output, without and with sample weights."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch import tree
from scratch.losses.fusion import from_logits, may_read_logits
from scratch.metrics.metric import Metric
from scratch.models.training.identifiers import resolve_metric
from scratch.models.training.outputs import Outputs
from scratch.network.network import Network
from scratch.network.node import Node
from scratch.network.plan import Plan
from scratch.ops.graph.logits import set_logits


@dataclass
class _Entry:
    """A metric of one output.

    Attributes:
        number, key: of the output, and what it is called in results.
        weighted: whether sample weights count.
        metric: what is defined.
        label_rank: the number of axes of the labels.
        shape: of the output.
        fused: the metric that reads the logits in place of the output, or None.
    """

    number: int
    key: str | None
    weighted: bool
    metric: Metric
    label_rank: int
    shape: Any
    fused: Metric | None = None


class CompiledMetrics:
    """The metrics given to `compile`.

    Args:
        plain: `compile(metrics=...)`.
        weighted: `compile(weighted_metrics=...)`: they use the sample weights.
        add_by_hand: adds a batch that a `train_step` of a user's has computed: labels, predictions,
            sample weights.

    Attributes:
        wanted: whether there are any.

    Raises:
        ValueError: when either is no list, tuple, dictionary or None, or for unknown names.
    """

    name = "compile_metrics"

    def __init__(self, plain: Any, weighted: Any, add_by_hand: Callable[..., None]) -> None:
        self._add_by_hand = add_by_hand
        for name, given in (("metrics", plain), ("weighted_metrics", weighted)):
            if given and not isinstance(given, list | tuple | dict):
                raise ValueError(
                    f"Expected `{name}` argument to be a list, tuple, or dict. Received instead: "
                    f"{name}={given} of type {type(given)}"
                )
        self._given = {"metrics": plain, "weighted_metrics": weighted}
        # Names are looked up at once, so that a typing error shows when it is made.
        for identifier in tree.flatten([plain or [], weighted or []]):
            if isinstance(identifier, str):
                resolve_metric(identifier, (1, 1), (1, 1))
        self._entries: list[_Entry] = []
        self._readers: set[int] = set()  # the outputs of which a metric may read the logits
        self.wanted = plain is not None or weighted is not None
        self.built = False

    def build(self, labels: list[Any], outputs: Outputs, shapes: list[Any]) -> None:
        """Creates the metrics.

        Args:
            labels: one array for each output.
            outputs: positions and names.
            shapes: of the outputs.
        """
        entries: list[_Entry] = []
        for name, given in self._given.items():
            if not given:
                continue
            spread = outputs.spread(given, name, several=True)
            for number in outputs.metric_order:
                key = outputs.key(number) if outputs.number > 1 else None
                for identifier in tree.flatten(spread[number]):
                    if identifier is None and outputs.number > 1:
                        continue
                    metric = resolve_metric(identifier, np.shape(labels[number]), shapes[number])
                    rank, weighted = np.ndim(labels[number]), name == "weighted_metrics"
                    entries.append(_Entry(number, key, weighted, metric, rank, shapes[number]))
        self._entries, self._readers = entries, set()
        self.built = True

    def find_logits(self, heads: list[Node]) -> None:
        """Lets the metrics read what stands before the activations that give the outputs."""
        self._readers = set()
        for entry in self._entries:
            head = heads[entry.number]
            reads = may_read_logits(entry.metric, head, entry.label_rank, entry.shape)
            entry.fused = from_logits(entry.metric, head) if reads else None
            if reads:
                self._readers.add(entry.number)

    @property
    def metrics(self) -> list[Metric]:
        """The metrics, in the order of their results."""
        return [entry.metric for entry in self._entries]

    @property
    def variables(self) -> list[Any]:
        """The state of all metrics."""
        return [v for metric in self.metrics for v in metric.variables]

    def reads_logits(self, number: int) -> bool:
        """Whether a metric may read the logits before an output's activation (quirk K2)."""
        return number in self._readers

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch: labels, predictions and sample weights, in the model's structure."""
        if self.wanted:
            self._add_by_hand(y_true, y_pred, sample_weight)

    def add(
        self, labels: list[Any], outputs: list[Any], logits: list[Any], weights: list[Any]
    ) -> None:
        """Adds a batch: for each output its labels, values, logits (or None) and sample weights."""
        for number in self._readers:
            if logits[number] is not None:
                set_logits(outputs[number], logits[number])
        for entry in self._entries:
            n = entry.number
            weight = weights[n] if entry.weighted else None
            if entry.fused is None or logits[n] is None:
                entry.metric.update_state(labels[n], outputs[n], sample_weight=weight)
            else:
                entry.fused.update_state(labels[n], logits[n], sample_weight=weight)

    def plan_add(
        self, plan: Plan, y: str, p: str, z: str | None, network: Network, labels: np.ndarray
    ) -> None:
        """The lines of `add` for a model with one output.

        Args:
            y, p, z: what lines call labels, output and logits (or None).
            network: has computed a batch.
            labels: of that batch.
        """
        output, (logits,) = network.output.y, network.known_logits()
        if self._readers and z is not None:
            plan.line(f"{plan.name(set_logits, 'set_logits')}({p}, {z})")
        for entry in self._entries:
            fused = entry.fused is not None and z is not None
            metric: Any = entry.fused if fused else entry.metric
            given, like = (z, logits) if fused else (p, output)
            if plan.says(metric, "plan_update", "update_state") and metric.plan_update(
                plan, y, given, (labels, like)
            ):
                continue
            update = plan.name(metric.update_state, f"{metric.name}_update")
            plan.opaque.add(update)
            plan.line(f"{update}({y}, {given}, sample_weight=None)")

    def reset_state(self) -> None:
        """Resets every metric."""
        for metric in self.metrics:
            metric.reset_state()

    def result(self) -> dict[str, Any]:
        """Values by name; equal names are told apart by a number, or by `weighted_`.

        Raises:
            ValueError: before there were labels and predictions, which say what the names mean.
        """
        if not self.built:
            raise ValueError(
                "Cannot get result() since the metric has not yet been built: the metrics given to "
                "`compile()` are made for the first batch. Train or evaluate before you ask for "
                "them, or ask in a callback's `on_train_batch_end` or later"
            )
        results: dict[str, Any] = {}
        for entry in self._entries:
            prefix = f"{entry.key}_" if entry.key else ""
            name = prefix + entry.metric.name
            if entry.weighted and name in results:
                name = f"{prefix}weighted_{entry.metric.name}"
            results[_unused(name, results)] = entry.metric.result()
        return results


def _unused(name: str, taken: dict[str, Any]) -> str:
    unique, number = name, 0
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique

"""The metrics of a compiled model, for every output, without and with sample weights."""

from typing import Any

import numpy as np

from scratch import tree
from scratch.losses.fusion import from_logits, may_read_logits, show_logits
from scratch.metrics.metric import Metric
from scratch.models.training.identifiers import resolve_metric
from scratch.models.training.outputs import Outputs


class CompiledMetrics:
    """The metrics given to `compile`.

    Args:
        plain: `compile(metrics=...)`.
        weighted: `compile(weighted_metrics=...)`: they use the sample weights.

    Attributes:
        wanted: whether there are any.

    Raises:
        ValueError: when either is no list, tuple, dictionary or None, or for unknown names.
    """

    name = "compile_metrics"

    def __init__(self, plain: Any, weighted: Any) -> None:
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
        self._entries: list[tuple[int, str | None, bool, Metric, Metric | None]] = []
        self._readers: set[int] = set()  # the outputs of which a metric may read the logits
        self.wanted = plain is not None or weighted is not None
        self.built = False

    def build(self, labels: list[Any], outputs: Outputs, shapes: list[Any], heads: list) -> None:
        """Creates the metrics.

        Args:
            labels: one array for each output.
            outputs: positions and names.
            shapes: of the outputs.
            heads: the nodes that give the outputs.
        """
        entries: list[Any] = []
        readers = set()
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
                    rank = np.ndim(labels[number])
                    reads = may_read_logits(metric, heads[number], rank, shapes[number])
                    fused = from_logits(metric, heads[number]) if reads else None
                    weighted = name == "weighted_metrics"
                    entries.append((number, key, weighted, metric, fused))
                    if reads:
                        readers.add(number)
        self._entries, self._readers = entries, readers
        self.built = True

    @property
    def metrics(self) -> list[Metric]:
        """The metrics, in the order of their results."""
        return [entry[3] for entry in self._entries]

    @property
    def variables(self) -> list[Any]:
        """The state of all metrics."""
        return [v for metric in self.metrics for v in metric.variables]

    def reads_logits(self, number: int) -> bool:
        """Whether a metric may read the logits before an output's activation (quirk K2)."""
        return number in self._readers

    def update_state(self, labels: list[Any], nodes: list[Any], weights: list[Any]) -> None:
        """Adds a batch; `nodes` hold the outputs and, where a metric reads them, their logits."""
        for number in self._readers:
            if nodes[number].keeps_z:
                show_logits(nodes[number])
        for number, _, weighted, metric, fused in self._entries:
            weight = weights[number] if weighted else None
            node = nodes[number]
            if fused is None or not node.keeps_z:
                metric.update_state(labels[number], node.y, sample_weight=weight)
            else:
                fused.update_state(labels[number], node.z, sample_weight=weight)

    def reset_state(self) -> None:
        """Resets every metric."""
        for metric in self.metrics:
            metric.reset_state()

    def result(self) -> dict[str, Any]:
        """Values by name; equal names are told apart by a number, or by `weighted_`."""
        results: dict[str, Any] = {}
        for _, key, weighted, metric, _ in self._entries:
            prefix = f"{key}_" if key else ""
            name = prefix + metric.name
            if weighted and name in results:
                name = f"{prefix}weighted_{metric.name}"
            results[_unused(name, results)] = metric.result()
        return results


def _unused(name: str, taken: dict[str, Any]) -> str:
    unique, number = name, 0
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique

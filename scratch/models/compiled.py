"""What `compile` was given, resolved once the shapes of labels and outputs are known.

`"accuracy"` means binary, sparse or categorical accuracy, and `"crossentropy"` the loss of that
kind, depending on shapes:

    outputs (n, 1)                               binary
    labels (n,) or (n, 1), outputs (n, k)        sparse categorical
    otherwise                                    categorical
"""

from typing import Any

import numpy as np

from scratch import losses, metrics
from scratch.losses.fusion import from_logits
from scratch.losses.loss import Loss, LossFunctionWrapper
from scratch.metrics.mean import MeanMetricWrapper
from scratch.metrics.metric import Metric
from scratch.naming import to_snake_case


def kind_of_labels(y_shape: tuple[int, ...], p_shape: tuple[int, ...]) -> str:
    """`"binary"`, `"sparse_categorical"` or `"categorical"`, see above."""
    if p_shape[-1] == 1:
        return "binary"
    if len(y_shape) < len(p_shape) or y_shape[-1] == 1:
        return "sparse_categorical"
    return "categorical"


def resolve_loss(identifier: Any, y_shape: tuple[int, ...], p_shape: tuple[int, ...]) -> Loss:
    """The loss object that `identifier`, as given to `compile`, stands for.

    Raises:
        ValueError: for a name that is not known.
    """
    name = None
    if isinstance(identifier, str):
        name = identifier
        if identifier.lower() in ("crossentropy", "ce"):
            identifier = f"{kind_of_labels(y_shape, p_shape)}_crossentropy"
    found = losses.get(identifier)
    if isinstance(found, Loss):
        return found
    return LossFunctionWrapper(found, name=name or _name_of(found))


def resolve_metric(identifier: Any, y_shape: tuple[int, ...], p_shape: tuple[int, ...]) -> Metric:
    """The metric object that `identifier`, as given to `compile`, stands for.

    Raises:
        ValueError: for None, or a name that is not known.
    """
    if identifier is None:
        raise ValueError("Expected metric, received `None`")
    found = identifier
    if str(identifier).lower() in ("accuracy", "acc"):
        found = f"{kind_of_labels(y_shape, p_shape)}_accuracy"
    found = metrics.get(found)
    if not isinstance(found, Metric):
        found = MeanMetricWrapper(found, name=_name_of(found))
    if isinstance(identifier, str):
        found.name = identifier
    return found


def _name_of(thing: Any) -> str:
    return getattr(thing, "__name__", None) or to_snake_case(type(thing).__name__)


class CompiledMetrics:
    """The metrics of a model, unweighted and weighted.

    Args:
        plain: what `compile(metrics=...)` was given.
        weighted: what `compile(weighted_metrics=...)` was given: they use the sample weights.

    Raises:
        ValueError: when either is no list, tuple or None.
    """

    def __init__(self, plain: Any, weighted: Any) -> None:
        for name, given in (("metrics", plain), ("weighted_metrics", weighted)):
            if given and not isinstance(given, list | tuple | dict):
                raise ValueError(
                    f"Expected `{name}` argument to be a list, tuple, or dict. Received instead: "
                    f"{name}={given} of type {type(given)}"
                )
        self._given = (_flat(plain), _flat(weighted))
        # Names are looked up at once, so that a typing error shows when it is made.
        for identifier in (*self._given[0], *self._given[1]):
            resolve_metric(identifier, (1, 1), (1, 1))
        self.plain: list[Metric] = []
        self.weighted: list[Metric] = []
        self._fused: dict[int, Metric] = {}
        self.built = False

    def build(self, y_shape: tuple[int, ...], p_shape: tuple[int, ...], layer: Any = None) -> None:
        """Creates the metrics, for outputs that come from `layer`."""
        plain, weighted = self._given
        self.plain = [resolve_metric(m, y_shape, p_shape) for m in plain]
        self.weighted = [resolve_metric(m, y_shape, p_shape) for m in weighted]
        fused = {id(metric): from_logits(metric, layer) for metric in self.metrics}
        self._fused = {key: metric for key, metric in fused.items() if metric is not None}
        self.built = True

    @property
    def read_logits(self) -> bool:
        """Whether a metric reads the logits before the last activation (quirk K2)."""
        return bool(self._fused)

    @property
    def metrics(self) -> list[Metric]:
        """All of them."""
        return [*self.plain, *self.weighted]

    def update_state(
        self, y: np.ndarray, p: np.ndarray, weight: np.ndarray | None, z: np.ndarray | None = None
    ) -> None:
        """Takes a batch into account; `z` are the logits, where there are any."""
        for group, w in ((self.plain, None), (self.weighted, weight)):
            for metric in group:
                fused = self._fused.get(id(metric))
                if fused is None or z is None:
                    metric.update_state(y, p, sample_weight=w)
                else:
                    fused.update_state(y, z, sample_weight=w)

    def results(self) -> dict[str, float]:
        """From name to value. Equal names are told apart by a number, or by `weighted_`."""
        results: dict[str, float] = {}
        for metric in self.plain:
            results[_unused(metric.name, results)] = float(metric.result())
        for metric in self.weighted:
            name = metric.name if metric.name not in results else f"weighted_{metric.name}"
            results[_unused(name, results)] = float(metric.result())
        return results


def _flat(given: Any) -> list[Any]:
    if isinstance(given, dict):
        given = list(given.values())
    flat: list[Any] = []
    for item in given or []:
        flat += _flat(item) if isinstance(item, list | tuple) else [item]
    return flat


def _unused(name: str, taken: dict[str, float]) -> str:
    unique, number = name, 0
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique

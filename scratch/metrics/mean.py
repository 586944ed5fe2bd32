"""Weighted means over all samples: total = sum w v, count = sum w, result = total / count."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.hand_derived import pair_of
from scratch.metrics.metric import Metric


class Mean(Metric):
    """The weighted mean of all values seen (`keras.metrics.Mean`); 0 before there are any."""

    def __init__(self, name: str = "mean", dtype: str | None = None) -> None:
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), np.zeros, name="total")
        self.count = self.add_variable((), np.zeros, name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Adds values, each with weight 1 or `sample_weight`.

        Args:
            values: a number or an array; all axes but the first are averaged.
            sample_weight: broadcastable to the leading axes of `values`.
        """
        values = np.asarray(values, self.dtype)
        if sample_weight is not None:
            values, weight = _weighted(values, np.asarray(sample_weight, self.dtype))
            self.count.value += weight.sum()
        else:
            self.count.value += len(values) if values.ndim else 1
        if values.ndim > 1:
            values = values.mean(axis=tuple(range(1, values.ndim)))
        # One rounding per batch to the metric's own type, as Keras does it.
        self.total.value += values.sum()

    def add(self, value: Any, weight: int) -> None:
        """Adds one number with a weight: the loss of a batch and its number of rows."""
        self.total.value += value * weight
        self.count.value += weight

    def result(self) -> np.ndarray:
        """Total / count."""
        count = self.count.value
        return self.total.value / count if count else np.zeros((), self.dtype)


def _weighted(values: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values times weights, and the weights, both with one entry for each sample."""
    if weight.ndim == values.ndim + 1 and weight.shape[-1] == 1:
        if values.ndim == 1:
            values = values[:, None]
        else:
            weight = weight[..., 0]
    elif values.ndim == weight.ndim + 1 and values.shape[-1] == 1:
        values, weight = (values, weight[:, None]) if weight.ndim == 1 else (values[..., 0], weight)
    if values.ndim > weight.ndim:
        values = values.mean(axis=tuple(range(weight.ndim, values.ndim)))
    weight = np.broadcast_to(weight, values.shape)
    values = values * weight
    if weight.ndim > 1:
        weight = weight.mean(axis=tuple(range(1, weight.ndim)))
    return values, weight


class MeanMetricWrapper(Mean):
    """The mean of `fn(y_true, y_pred, **kwargs)` (`keras.metrics.MeanMetricWrapper`).

    Args:
        fn: gives one value for each sample.
        name, dtype: see `Metric`.
        kwargs: passed on to `fn`.
    """

    def __init__(
        self, fn: Callable, name: str | None = None, dtype: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name or str(getattr(fn, "__name__", "mean")), dtype)
        self.fn = fn
        if pair_of(fn) is not None:  # a loss: less is better
            self._direction = "down"
        self.fn_kwargs = kwargs

    def update_state(  # type: ignore[override]
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Adds a batch of labels and predictions."""
        super().update_state(self.fn(y_true, y_pred, **self.fn_kwargs), sample_weight)

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this metric again."""
        return {**super().get_config(), **self.fn_kwargs}

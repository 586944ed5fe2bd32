"""How well predictions and labels go together.

Pearson       mean of y' p',  y' = (y - mean y) / std y,  p' likewise
concordance   2 mean (y - mean y) (p - mean p) / (var y + var p + (mean y - mean p)^2 + eps)

Because of eps, which Keras's documentation does not have, concordance depends on the unit: numbers
that vary by less than 3e-4 agree half at most.
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.losses.elementwise import aligned_tensors
from scratch.metrics.mean import MeanMetricWrapper


def pearson_correlation(y_true: Any, y_pred: Any, axis: Any = -1) -> Any:
    """The correlation along `axis`, from -1 to 1; NaN where either side does not vary."""
    y, p = aligned_tensors(y_true, y_pred)
    y = y - ops.mean(y, axis=axis, keepdims=True)
    p = p - ops.mean(p, axis=axis, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = y / ops.std(y, axis=axis, keepdims=True)
        p = p / ops.std(p, axis=axis, keepdims=True)
    return ops.mean(y * p, axis=axis)


def concordance_correlation(y_true: Any, y_pred: Any, axis: Any = -1) -> Any:
    """The concordance along `axis`, from -1 to 1: 1 where predictions equal labels."""
    y, p = aligned_tensors(y_true, y_pred)
    y_mean = ops.mean(y, axis=axis, keepdims=True)
    p_mean = ops.mean(p, axis=axis, keepdims=True)
    y_var = ops.var(y - y_mean, axis=axis, keepdims=True)
    p_var = ops.var(p - p_mean, axis=axis, keepdims=True)
    covariance = (y - p_mean) * (p - p_mean)
    norm = y_var + p_var + ops.square(y_mean - p_mean)
    return ops.mean(2 * covariance / (norm + config.epsilon()), axis=axis)


class PearsonCorrelation(MeanMetricWrapper):
    """Mean of the correlations of the batches (`keras.metrics.PearsonCorrelation`)."""

    _direction = "up"

    def __init__(
        self, name: str = "pearson_correlation", dtype: Any = None, axis: Any = -1
    ) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)


class ConcordanceCorrelation(MeanMetricWrapper):
    """Mean of the concordances of the batches (`keras.metrics.ConcordanceCorrelation`)."""

    _direction = "up"

    def __init__(
        self, name: str = "concordance_correlation", dtype: Any = None, axis: Any = -1
    ) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)

"""Errors of predicted numbers, as metrics: the mean over all samples of an epoch."""

from typing import Any

import numpy as np

from scratch import losses
from scratch.losses.elementwise import aligned_tensors
from scratch.metrics.mean import Mean, MeanMetricWrapper


class MeanSquaredError(MeanMetricWrapper):
    """Mean of squared errors (`keras.metrics.MeanSquaredError`)."""

    def __init__(self, name: str = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(losses.mean_squared_error, name, dtype)


class MeanAbsoluteError(MeanMetricWrapper):
    """Mean of absolute errors (`keras.metrics.MeanAbsoluteError`)."""

    def __init__(self, name: str = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(losses.mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """Mean of errors in percent (`keras.metrics.MeanAbsolutePercentageError`)."""

    def __init__(self, name: str = "mean_absolute_percentage_error", dtype: Any = None) -> None:
        super().__init__(losses.mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """Mean of squared logarithmic errors (`keras.metrics.MeanSquaredLogarithmicError`)."""

    def __init__(self, name: str = "mean_squared_logarithmic_error", dtype: Any = None) -> None:
        super().__init__(losses.mean_squared_logarithmic_error, name, dtype)


class LogCoshError(MeanMetricWrapper):
    """Mean of log cosh of the errors (`keras.metrics.LogCoshError`)."""

    def __init__(self, name: str = "logcosh", dtype: Any = None) -> None:
        super().__init__(losses.log_cosh, name, dtype)


class RootMeanSquaredError(Mean):
    """The root of the mean squared error of the whole epoch.

    Source: `keras.metrics.RootMeanSquaredError`.
    """

    _direction = "down"

    def __init__(self, name: str = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(  # type: ignore[override]
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        y, p = aligned_tensors(np.asarray(y_true, self.dtype), np.asarray(y_pred, self.dtype))
        super().update_state(np.square(p - y), sample_weight)

    def result(self) -> np.ndarray:
        """The root of the mean."""
        return np.sqrt(super().result())


def cosine_similarity(y_true: Any, y_pred: Any, axis: int) -> Any:
    """The cosine of the angle between the vectors along `axis`; the loss is its negative."""
    return -losses.cosine_similarity(y_true, y_pred, axis=axis)


class CosineSimilarity(MeanMetricWrapper):
    """Mean cosine of the angles (`keras.metrics.CosineSimilarity`)."""

    _direction = "up"
    _unsaved = ("axis",)  # Keras's config forgets it

    def __init__(self, name: str = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)

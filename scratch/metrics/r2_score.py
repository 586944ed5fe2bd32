"""The coefficient of determination: which share of the labels' variance the predictions explain.

R^2 = 1 - sum w (y - p)^2 / (sum w y^2 - (sum w y)^2 / sum w)
adjusted for k predictors and n numbers:  1 - (1 - R^2) (n - 1) / (n - k - 1)

n counts every output of every sample. The difference of the two sums loses its digits where labels
are far from zero. Of labels that do not vary the score is 0, or NaN where they are met exactly.
"""

import warnings
from typing import Any

import numpy as np

from scratch.losses.loss import require_fit, squeeze_or_expand
from scratch.metrics.mean import broadcast_weight
from scratch.metrics.metric import Metric
from scratch.serialization.configured import configured

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")
_STATE = {"squared_sum": "squared_sum", "sum": "sum", "total_mse": "residual", "count": "count"}


@configured()
class R2Score(Metric):
    """The share of variance that is explained (`keras.metrics.R2Score`).

    Args:
        class_aggregation: `"uniform_average"` or `"variance_weighted_average"` of the outputs, or
            None for one score for each.
        num_regressors: k, for the adjusted score; 0 for the plain one.
        name, dtype: see `Metric`.

    Raises:
        ValueError: for another aggregation, or a negative k.
    """

    _direction = "up"

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if class_aggregation not in _AGGREGATIONS:
            raise ValueError(
                "Invalid value for argument `class_aggregation`. Expected one of "
                f"{_AGGREGATIONS}. Received: class_aggregation={class_aggregation}"
            )
        if num_regressors < 0:
            raise ValueError(
                "Invalid value for argument `num_regressors`. Expected a value >= 0. "
                f"Received: num_regressors={num_regressors!r}"
            )
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), np.zeros, name="num_samples")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch of labels and predictions, (n, outputs) both."""
        y, p = squeeze_or_expand(np.asarray(y_true, self.dtype), np.asarray(y_pred, self.dtype))
        if len(self.variables) == 1:
            if p.ndim != 2 or y.ndim != 2:
                raise ValueError(
                    "R2Score expects 2D inputs with shape (batch_size, output_dim). Received "
                    f"input shapes: y_pred.shape={p.shape} and y_true.shape={y.shape}."
                )
            for attribute, name in _STATE.items():
                vars(self)[attribute] = self.add_variable(p.shape[1:], np.zeros, name=name)
        require_fit(y, p, compiled=False)
        weight = np.asarray(1 if sample_weight is None else sample_weight, self.dtype)
        if weight.ndim == 1:
            weight = weight[:, None]
        weight = broadcast_weight(weight, y.shape)
        parts = (y * (y * weight), y * weight, np.square(y - p) * weight, weight)
        for attribute, part in zip(_STATE, parts, strict=True):
            vars(self)[attribute].array += part.sum(axis=0)
        self.num_samples.array += y.size

    def result(self) -> np.ndarray:
        """The score, or one for each output."""
        squares, sums, residual, count = (vars(self)[name].array for name in _STATE)
        with np.errstate(divide="ignore", invalid="ignore"):
            total = squares - sums * (sums / count)
            scores = 1 - residual / total
        scores = np.where(np.isinf(scores), 0, scores)
        if self.class_aggregation == "uniform_average":
            score = scores.mean()
        elif self.class_aggregation == "variance_weighted_average":
            score = (total * scores).sum() / total.sum()
        else:
            score = scores
        return self._adjusted(score) if self.num_regressors else score

    def _adjusted(self, score: np.ndarray) -> np.ndarray:
        n, k = self.num_samples.array, self.num_regressors
        if k > n - 1:
            warnings.warn(
                "More independent predictors than datapoints in adjusted R2 score. Falling back to "
                "standard R2 score.",
                stacklevel=3,
            )
            return score
        if k == n - 1:
            warnings.warn(
                "Division by zero in Adjusted R2 score. Falling back to standard R2 score.",
                stacklevel=3,
            )
            return score
        return 1 - (1 - score) * (n - 1) / (n - k - 1)

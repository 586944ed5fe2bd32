"""F-scores: precision and recall in one number.

    F_beta = (1 + beta^2) precision recall / (beta^2 precision + recall)

Each denominator has an epsilon added: a perfect score is a little below 1.
"""

from typing import Any

import numpy as np

from scratch import config
from scratch.losses.loss import require_fit
from scratch.metrics.mean import broadcast_weight
from scratch.metrics.metric import Metric
from scratch.serialization.configured import configured

_NAMES = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


@configured()
class FBetaScore(Metric):
    """The F-score of each class, or an average of them (`keras.metrics.FBetaScore`).

    Args:
        average: None for one score for each class; `"micro"`, over all counts together;
            `"macro"`, the mean of the scores; `"weighted"`, weighted by how often a class occurs.
        beta: how much recall weighs.
        threshold: above which a prediction is a yes; None: the largest of a sample is, and all
            that equal it.
        name, dtype: see `Metric`.

    Raises:
        ValueError: for other averages, or a beta or threshold that is no float in its range.
    """

    _direction = "up"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if average not in (None, "micro", "macro", "weighted"):
            raise ValueError(
                "Invalid `average` argument value. Expected one of: "
                f"{{None, 'micro', 'macro', 'weighted'}}. Received: average={average}"
            )
        _require_float("beta", beta)
        if beta <= 0:
            raise ValueError(
                f"Invalid `beta` argument value. It should be > 0. Received: beta={beta!r}"
            )
        if threshold is not None:
            _require_float("threshold", threshold)
            if not 0 < threshold <= 1:
                raise ValueError(
                    "Invalid `threshold` argument value. It should verify 0 < threshold <= 1. "
                    f"Received: threshold={threshold!r}"
                )
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self.axis = None if average == "micro" else 0

    def _build(self, y_shape: tuple[int, ...], p_shape: tuple[int, ...]) -> None:
        if len(p_shape) != 2 or len(y_shape) != 2:
            raise ValueError(
                "FBetaScore expects 2D inputs with shape (batch_size, output_dim). Received input "
                f"shapes: y_pred.shape={p_shape} and y_true.shape={y_shape}."
            )
        shape = () if self.axis is None else p_shape[1:]
        for name in _NAMES:
            vars(self)[name] = self.add_variable(shape, np.zeros, self.dtype, name=name)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch of labels and predictions, (n, classes) both."""
        y, p = np.asarray(y_true, self.dtype), np.asarray(y_pred, self.dtype)
        if not self.variables:
            self._build(y.shape, p.shape)
        require_fit(y, p, compiled=False)
        if self.threshold is None:
            # Rows of zeros alone have no largest.
            found = (p >= p.max(axis=-1, keepdims=True)) & (np.abs(p) > 1e-9)
        else:
            found = p > p.dtype.type(self.threshold)
        yes = found.astype(self.dtype)
        weight: Any = 1
        if sample_weight is not None:
            weight = np.asarray(sample_weight, self.dtype)[:, None]
            shape = np.broadcast_shapes(y.shape, p.shape)
            weight = weight if shape[0] == 1 else broadcast_weight(weight, shape)
        counts = (yes * y, yes * (1 - y), (1 - yes) * y, y)
        for name, count in zip(_NAMES, counts, strict=True):
            vars(self)[name].array += (count * weight).sum(axis=self.axis)

    def result(self) -> np.ndarray:
        """The score, or one for each class."""
        tp, fp, fn, occurrences = (vars(self)[name].array for name in _NAMES)
        eps = config.epsilon()
        precision, recall = tp / (tp + fp + eps), tp / (tp + fn + eps)
        mean = precision * recall / (self.beta**2 * precision + recall + eps)
        score = mean * (1 + self.beta**2)
        if self.average == "weighted":
            return (score * (occurrences / (occurrences.sum() + eps))).sum()
        return score if self.average is None else score.mean()


def _require_float(name: str, value: Any) -> None:
    if not isinstance(value, float):
        raise ValueError(
            f"Invalid `{name}` argument value. It should be a Python float. "
            f"Received: {name}={value} of type '{type(value)}'"
        )


@configured()
class F1Score(FBetaScore):
    """The F-score with beta = 1 (`keras.metrics.F1Score`); arguments as of `FBetaScore`."""

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

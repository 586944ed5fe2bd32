"""The area under a curve that a threshold, running from 1 to 0, draws.

    ROC     x = fp / (fp + tn)    y = tp / (tp + fn)
    PR      x = tp / (tp + fn)    y = tp / (tp + fp)
    PRGAIN  the same, each as 1 - (its errors / tp) (tp + fn) / (tn + fp), and x at least 0

    area = sum_i (x_i - x_{i+1}) h_i,  h the mean, the lower or the higher of y_i and y_{i+1}

A precision between two points of a PR curve is not on the line between them: with counts taken to
be linear there, precision = slope + intercept / p of p = tp + fp predictions, and the integral has
a logarithm (Davis & Goadrich 2006).
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.metrics.confusion import confusion
from scratch.metrics.metric import Metric

_CURVES = ("ROC", "PR", "PRGAIN")
_METHODS = ("interpolation", "majoring", "minoring")
_KINDS = {
    "tp": "true_positives",
    "fp": "false_positives",
    "tn": "true_negatives",
    "fn": "false_negatives",
}


class AUC(Metric):
    """The area under the ROC or the precision-recall curve (`keras.metrics.AUC`).

    Args:
        num_thresholds: how many points the curve has.
        curve: `"ROC"`, `"PR"` or `"PRGAIN"`.
        summation_method: `"interpolation"`, `"majoring"` or `"minoring"`: which height.
        name, dtype: see `Metric`.
        thresholds: the points themselves, from 0 to 1; both ends are added.
        multi_label: whether each output has an area of its own, and the result is their mean.
        num_labels: how many outputs, where it should be known before the first batch.
        label_weights: one for each output.
        from_logits: whether a sigmoid is still to be applied.

    Raises:
        ValueError: for an unknown curve or method, or less than two thresholds.
    """

    _direction = "up"

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Any = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.curve = _one_of(curve, _CURVES, "curve")
        self.summation_method = _one_of(summation_method, _METHODS, "summation method")
        self._own_thresholds = thresholds is not None
        if thresholds is not None:
            inner = sorted(thresholds)
        elif num_thresholds > 1:
            inner = [i / (num_thresholds - 1) for i in range(1, num_thresholds - 1)]
        else:
            raise ValueError(
                "Argument `num_thresholds` must be an integer > 1. "
                f"Received: num_thresholds={num_thresholds!r}"
            )
        eps = config.epsilon()
        self._thresholds = np.array([-eps, *inner, 1 + eps])
        self.num_thresholds = len(self._thresholds)
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = (
            None if label_weights is None else np.asarray(label_weights, self.dtype)
        )
        self.from_logits = from_logits
        if num_labels and not multi_label:
            raise ValueError("`num_labels` is needed only when `multi_label` is True.")
        if not multi_label:
            self._build(())
        elif num_labels:
            self._build((num_labels,))

    @property
    def thresholds(self) -> list[float]:
        """All thresholds, both ends included."""
        return list(self._thresholds)

    def _build(self, labels: tuple[int, ...]) -> None:
        for name in _KINDS.values():
            vars(self)[name] = self.add_variable(
                (self.num_thresholds, *labels), np.zeros, name=name
            )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch of labels and predictions.

        Raises:
            ValueError: for `multi_label` and predictions without an axis of labels.
        """
        p = np.asarray(y_pred, self.dtype)
        if not self.variables:
            if p.ndim != 2:
                raise ValueError(
                    f"`y_pred` must have rank 2 when `multi_label=True`. Found rank {p.ndim}. "
                    f"Full shape received for `y_pred`: {p.shape}"
                )
            self._build(p.shape[1:])
        counts = confusion(
            y_true,
            ops.sigmoid(p) if self.from_logits else p,
            self._thresholds,
            self.variables[0].dtype,
            sample_weight=sample_weight,
            multi_label=self.multi_label,
            label_weights=None if self.multi_label else self.label_weights,
            evenly=not self._own_thresholds,
        )
        for kind, name in _KINDS.items():
            vars(self)[name].array += counts[kind]

    def result(self) -> np.ndarray:
        """The area; the mean of the areas if `multi_label`."""
        tp, fp, tn, fn = (vars(self)[name].array for name in _KINDS.values())
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._mean_of(_interpolated_precision_recall(tp, fp, fn))
        recall = ops.divide_no_nan(tp, tp + fn)
        if self.curve == "ROC":
            x, y = ops.divide_no_nan(fp, fp + tn), recall
        elif self.curve == "PR":
            x, y = recall, ops.divide_no_nan(tp, tp + fp)
        else:
            scale = ops.divide_no_nan(tp + fn, tn + fp)
            gains = (1 - scale * ops.divide_no_nan(errors, tp) for errors in (fn, fp))
            recall_gain, precision_gain = gains
            x = np.maximum(np.where(tp == 0, 0, recall_gain), 0)
            y = np.where(tp == 0, 1, precision_gain)
        if self.summation_method == "interpolation":
            heights = (y[:-1] + y[1:]) / 2
        else:
            lower = self.summation_method == "minoring"
            heights = (np.minimum if lower else np.maximum)(y[:-1], y[1:])
        return self._mean_of((x[:-1] - x[1:]) * heights)

    def _mean_of(self, terms: np.ndarray) -> np.ndarray:
        if not self.multi_label:
            return terms.sum()
        areas = terms.sum(axis=0)
        if self.label_weights is None:
            return areas.mean()
        return ops.divide_no_nan((areas * self.label_weights).sum(), self.label_weights.sum())

    def get_config(self) -> dict[str, Any]:
        config = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": self.label_weights,
            "from_logits": self.from_logits,
        }
        return {**config, "thresholds": self.thresholds[1:-1]} if self._own_thresholds else config


def _one_of(name: Any, allowed: tuple[str, ...], what: str) -> str:
    name = getattr(name, "value", name)
    for found in allowed:
        if name in (found, found.lower(), found.capitalize()):
            return found
    raise ValueError(f'Invalid AUC {what} value: "{name}". Expected values are {list(allowed)}')


def _interpolated_precision_recall(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    dtp = tp[:-1] - tp[1:]
    p = tp + fp
    slope = ops.divide_no_nan(dtp, np.maximum(p[:-1] - p[1:], 0))
    intercept = tp[1:] - slope * p[1:]
    both = (p[:-1] > 0) & (p[1:] > 0)
    ratio = np.where(both, ops.divide_no_nan(p[:-1], np.maximum(p[1:], 0)), 1)
    area = slope * (dtp + intercept * np.log(ratio))
    return ops.divide_no_nan(area, np.maximum(tp[1:] + fn[1:], 0))

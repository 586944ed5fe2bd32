"""The best of one rate where another one is good enough.

    sensitivity = recall = tp / (tp + fn)
    specificity          = tn / (tn + fp)
    precision            = tp / (tp + fp)

Both are computed at evenly spaced thresholds; where no threshold is good enough, the result is 0.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.metrics.confusion import confusion
from scratch.metrics.metric import Metric

_KINDS = {
    "tp": "true_positives",
    "fp": "false_positives",
    "tn": "true_negatives",
    "fn": "false_negatives",
}
_RATES = {
    "sensitivity": ("tp", "fn"),
    "recall": ("tp", "fn"),
    "specificity": ("tn", "fp"),
    "precision": ("tp", "fp"),
}


class _BestAt(Metric):
    """The largest `_wanted` rate where the `_given` one is at least `value`."""

    _direction = "up"
    _given: str
    _wanted: str

    def __init__(
        self, value: float, num_thresholds: int, class_id: int | None, name: Any, dtype: Any
    ) -> None:
        if not 0 <= value <= 1:
            raise ValueError(
                f"Argument `{self._given}` must be in the range [0, 1]. "
                f"Received: {self._given}={value}"
            )
        super().__init__(name=name, dtype=dtype)
        if num_thresholds <= 0:
            raise ValueError(
                "Argument `num_thresholds` must be an integer > 0. "
                f"Received: num_thresholds={num_thresholds!r}"
            )
        self.value = value
        vars(self)[self._given] = value
        self.num_thresholds = num_thresholds
        self.class_id = class_id
        self.thresholds = (
            [0.5]
            if num_thresholds == 1
            else [i / (num_thresholds - 1) for i in range(num_thresholds)]
        )
        shape = (len(self.thresholds),)
        for name in _KINDS.values():
            vars(self)[name] = self.add_variable(shape, np.zeros, name=name)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        counts = confusion(
            y_true,
            y_pred,
            self.thresholds,
            self.variables[0].dtype,
            sample_weight=sample_weight,
            class_id=self.class_id,
            evenly=self.num_thresholds > 1,
        )
        for kind, name in _KINDS.items():
            vars(self)[name].array += counts[kind]

    def _rate(self, name: str) -> np.ndarray:
        top, other = (vars(self)[_KINDS[kind]].array for kind in _RATES[name])
        return ops.divide_no_nan(top, top + other)

    def result(self) -> np.ndarray:
        """The best rate."""
        good = self._rate(self._given) >= self.value
        return np.max(np.where(good, self._rate(self._wanted), 0))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "class_id": self.class_id,
            "num_thresholds": self.num_thresholds,
            self._given: self.value,
        }


class SensitivityAtSpecificity(_BestAt):
    """The best sensitivity at a given specificity (`keras.metrics.SensitivityAtSpecificity`).

    Raises:
        ValueError: for a rate outside [0, 1], or no threshold.
    """

    _given, _wanted = "specificity", "sensitivity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)


class SpecificityAtSensitivity(_BestAt):
    """The best specificity at a given sensitivity (`keras.metrics.SpecificityAtSensitivity`).

    Raises:
        ValueError: for a rate outside [0, 1], or no threshold.
    """

    _given, _wanted = "sensitivity", "specificity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)


class PrecisionAtRecall(_BestAt):
    """The best precision at a given recall (`keras.metrics.PrecisionAtRecall`).

    Raises:
        ValueError: for a rate outside [0, 1], or no threshold.
    """

    _given, _wanted = "recall", "precision"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)


class RecallAtPrecision(_BestAt):
    """The best recall at a given precision (`keras.metrics.RecallAtPrecision`).

    Raises:
        ValueError: for a rate outside [0, 1], or no threshold.
    """

    _given, _wanted = "precision", "recall"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)

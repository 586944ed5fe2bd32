"""The four numbers of a confusion matrix, each as a metric."""

from typing import Any

import numpy as np

from scratch.metrics.confusion import as_thresholds, confusion
from scratch.metrics.metric import Metric
from scratch.serialization.configured import configured


@configured(values={"thresholds": lambda self: self.init_thresholds})
class _Count(Metric):
    """The weighted number of predictions of one kind, at each threshold."""

    _kind: str

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.thresholds = as_thresholds(thresholds, 0.5)
        self.accumulator = self.add_variable((len(self.thresholds),), np.zeros, name="accumulator")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        counts = confusion(
            y_true, y_pred, self.thresholds, self.accumulator.dtype, sample_weight=sample_weight
        )
        self.accumulator.array += counts[self._kind]

    def result(self) -> np.ndarray:
        """The number, or one for each threshold."""
        counts = self.accumulator.array.copy()
        return counts[0] if len(self.thresholds) == 1 else counts


class TruePositives(_Count):
    """The number of positives predicted as positive (`keras.metrics.TruePositives`)."""

    _kind = "tp"


class FalsePositives(_Count):
    """The number of negatives predicted as positive (`keras.metrics.FalsePositives`)."""

    _kind = "fp"


class TrueNegatives(_Count):
    """The number of negatives predicted as negative (`keras.metrics.TrueNegatives`)."""

    _kind = "tn"


class FalseNegatives(_Count):
    """The number of positives predicted as negative (`keras.metrics.FalseNegatives`)."""

    _kind = "fn"

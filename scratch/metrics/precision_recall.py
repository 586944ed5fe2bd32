"""Precision: how much of what is found is right. Recall: how much of what is right is found.

precision = tp / (tp + fp)        recall = tp / (tp + fn)        0 / 0 = 0
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.metrics.confusion import NEVER, as_thresholds, confusion
from scratch.metrics.metric import Metric
from scratch.serialization.configured import configured


@configured(values={"thresholds": lambda self: self.init_thresholds})
class _Share(Metric):
    """tp / (tp + other)."""

    _direction = "up"
    _other: tuple[str, str]  # key of the count, and name of its variable

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self.thresholds = as_thresholds(thresholds, 0.5 if top_k is None else NEVER)
        shape = (len(self.thresholds),)
        self.true_positives = self.add_variable(shape, np.zeros, name="true_positives")
        self._others = self.add_variable(shape, np.zeros, name=self._other[1])
        vars(self)[self._other[1]] = self._others

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        counts = confusion(
            y_true,
            y_pred,
            self.thresholds,
            self.true_positives.dtype,
            sample_weight=sample_weight,
            top_k=self.top_k,
            class_id=self.class_id,
        )
        self.true_positives.array += counts["tp"]
        self._others.array += counts[self._other[0]]

    def result(self) -> np.ndarray:
        """The share, or one for each threshold."""
        tp, other = self.true_positives.array, self._others.array
        share = ops.divide_no_nan(tp, tp + other)
        return share[0] if len(self.thresholds) == 1 else share


class Precision(_Share):
    """The share of predicted positives that are positive (`keras.metrics.Precision`).

    Args:
        thresholds: above which a prediction is a yes; default 0.5, or none if `top_k`.
        top_k: only the k largest predictions of a sample can be a yes.
        class_id: the only output that counts.
        name, dtype: see `Metric`.

    Raises:
        ValueError: for thresholds outside [0, 1].
    """

    _other = ("fp", "false_positives")


class Recall(_Share):
    """The share of positives that are found (`keras.metrics.Recall`).

    Arguments as in `Precision`.
    """

    _other = ("fn", "false_negatives")

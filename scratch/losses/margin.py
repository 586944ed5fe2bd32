"""Losses that ask for a margin: nothing is lost once y p >= 1.

    hinge:  L = 1/k sum_j max(0, 1 - y_j p_j),   y_j in {-1, 1}
            dL/dp_j = -y_j / k   where y_j p_j <= 1, else 0

Labels 0 and 1 are read as -1 and 1, if the whole batch holds nothing else.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.hand_derived import hand_derived
from scratch.losses.loss import LossFunctionWrapper, require_fit
from scratch.node import Node


def hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean over the last axis of `max(0, 1 - y_true * y_pred)`; (..., k) twice -> (...)."""
    margin = ops.subtract(1.0, ops.multiply(to_signs(y_true), y_pred))
    return ops.mean(ops.maximum(margin, 0.0), axis=-1)


def to_signs(y: np.ndarray) -> np.ndarray:
    """Labels in {0, 1} as labels in {-1, 1}; any other array unchanged."""
    y = np.asarray(y)
    return 2 * y - 1 if ((y == 0) | (y == 1)).all() else y


@hand_derived(hinge)
class HingePair:
    """values = mean_j max(0, 1 - y_j p_j);  dp_j = -dvalues * y_j [1 - y_j p_j >= 0] / k."""

    @staticmethod
    def forward(y: np.ndarray, p: np.ndarray, node: Node) -> np.ndarray:
        """One value per sample."""
        require_fit(y, p)
        y = to_signs(y).astype(p.dtype, copy=False)
        margin = 1 - y * p
        node.saved["slope"] = np.where(margin >= 0, -y, 0)  # the edge counts, as in TensorFlow
        node.saved["p"] = p
        return np.mean(np.maximum(margin, 0), axis=-1)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node) -> np.ndarray:
        """The derivative with respect to p."""
        slope, p = node.saved["slope"], node.saved["p"]
        return ops.sum_to_shape(np.expand_dims(dvalues, -1) * slope / slope.shape[-1], p.shape)


class Hinge(LossFunctionWrapper):
    """Mean of the hinge loss (`keras.losses.Hinge`)."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "hinge",
        dtype: str | None = None,
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)

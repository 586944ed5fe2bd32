"""Losses for numbers.

    mean squared error:  L = 1/k sum_j (y_j - p_j)^2      dL/dp_j = 2 (p_j - y_j) / k

k is the size of the last axis. The lecture's 1/2 sum_j (y_j - p_j)^2 is k/2 times this.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.hand_derived import hand_derived
from scratch.losses.loss import LossFunctionWrapper, require_fit, squeeze_or_expand
from scratch.node import Node


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of the squared errors over the last axis; (..., k) twice -> (...)."""
    y_true, y_pred = squeeze_or_expand(y_true, y_pred)
    return ops.mean(ops.square(ops.subtract(y_true, y_pred)), axis=-1)


@hand_derived(mean_squared_error)
class MeanSquaredErrorPair:
    """values = mean_j (y_j - p_j)^2;  dp_j = dvalues * 2 (p_j - y_j) / k."""

    @staticmethod
    def forward(y: np.ndarray, p: np.ndarray, node: Node) -> np.ndarray:
        """One value per sample."""
        y, p = squeeze_or_expand(y, p)
        require_fit(y, p)
        node.saved["error"] = error = p - y
        node.saved["p"] = p
        return np.mean(np.square(error), axis=-1)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node) -> np.ndarray:
        """The derivative with respect to p."""
        error, p = node.saved["error"], node.saved["p"]
        dp = np.expand_dims(dvalues, -1) * (2 * error / error.shape[-1])
        return ops.sum_to_shape(dp, p.shape)


class MeanSquaredError(LossFunctionWrapper):
    """Mean of squared errors (`keras.losses.MeanSquaredError`)."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_error",
        dtype: str | None = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)

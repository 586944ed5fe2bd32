"""Losses for numbers whose size matters less than their ratio; k is the size of the last axis.

    mean absolute percentage error    100/k sum_j |y_j - p_j| / max(|y_j|, eps)
    mean squared logarithmic error    1/k sum_j (log(1 + p_j) - log(1 + y_j))^2

The latter takes whatever is below eps for eps, and has slope 0 there.
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.losses.elementwise import ElementwisePair, aligned_tensors
from scratch.losses.plain import PlainLoss
from scratch.network.pairs import hand_derived
from scratch.ops.graph.promotion import constant


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """The mean absolute error in percent of the label; (..., k) twice -> (...)."""
    y, p = aligned_tensors(y_true, y_pred)
    return 100.0 * ops.mean(ops.abs((y - p) / ops.maximum(ops.abs(y), config.epsilon())), axis=-1)


@hand_derived(mean_absolute_percentage_error)
class MeanAbsolutePercentageErrorPair(ElementwisePair):
    """dp_j = dvalues * 100 sign(p_j - y_j) / max(|y_j|, eps) / k."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """100 |e| / |y| and its slope."""
        size = np.maximum(np.abs(y), p.dtype.type(config.epsilon()))
        return 100 * np.abs((y - p) / size), 100 * (np.sign(p - y) / size)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """The mean squared difference of log(1 + p) and log(1 + y); (..., k) twice -> (...)."""
    y, p = aligned_tensors(y_true, y_pred)
    eps = constant(config.epsilon(), p)
    difference = ops.log(ops.maximum(p, eps) + 1.0) - ops.log(ops.maximum(y, eps) + 1.0)
    return ops.mean(ops.square(difference), axis=-1)


@hand_derived(mean_squared_logarithmic_error)
class MeanSquaredLogarithmicErrorPair(ElementwisePair):
    """dp_j = dvalues * 2 (log(1 + p_j) - log(1 + y_j)) / (1 + p_j) / k where p_j >= eps."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The squared difference and its slope."""
        eps = constant(config.epsilon(), p)
        shifted = np.maximum(p, eps) + 1
        difference = np.log(shifted) - np.log(np.maximum(y, eps) + 1)
        return np.square(difference), np.where(p >= eps, 2 * difference / shifted, 0)


class MeanAbsolutePercentageError(PlainLoss, of=mean_absolute_percentage_error):
    """Mean of errors in percent (`keras.losses.MeanAbsolutePercentageError`)."""


class MeanSquaredLogarithmicError(PlainLoss, of=mean_squared_logarithmic_error):
    """Mean of squared logarithmic errors (`keras.losses.MeanSquaredLogarithmicError`)."""

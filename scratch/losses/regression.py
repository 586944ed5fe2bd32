"""Losses for numbers; k is the size of the last axis, e_j = p_j - y_j the error.

    mean squared error    1/k sum_j e_j^2             slope 2 e
    mean absolute error   1/k sum_j |e_j|             slope sign e, and 0 at 0
    huber                 e^2 / 2 up to |e| = delta,  slope e, then delta sign e
                          then a straight line
    log cosh              log((e^e + e^-e) / 2)       slope tanh e

The lecture's 1/2 sum_j (y_j - p_j)^2 is k/2 times the first.
"""

import math
from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.elementwise import ElementwisePair, aligned_tensors
from scratch.losses.loss import LossFunctionWrapper
from scratch.losses.plain import PlainLoss
from scratch.network.pairs import hand_derived
from scratch.ops.graph.promotion import constant


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of the squared errors over the last axis; (..., k) twice -> (...)."""
    y, p = aligned_tensors(y_true, y_pred)
    return ops.mean(ops.square(y - p), axis=-1)


@hand_derived(mean_squared_error)
class MeanSquaredErrorPair(ElementwisePair):
    """values = mean_j e_j^2;  dp_j = dvalues * 2 e_j / k."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """e^2 and its slope, 2 e."""
        e = p - y
        return np.square(e), 2 * e


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of the absolute errors over the last axis; (..., k) twice -> (...)."""
    y, p = aligned_tensors(y_true, y_pred)
    return ops.mean(ops.abs(y - p), axis=-1)


@hand_derived(mean_absolute_error)
class MeanAbsoluteErrorPair(ElementwisePair):
    """values = mean_j |e_j|;  dp_j = dvalues * sign(e_j) / k."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """|e| and its sign."""
        e = p - y
        return np.abs(e), np.sign(e)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Squares of small errors, multiples of large ones; (..., k) twice -> (...).

    Args:
        y_true: labels.
        y_pred: predictions.
        delta: from where on an error counts as large.
    """
    y, p = aligned_tensors(y_true, y_pred)
    e = p - y
    far = delta * ops.abs(e) - 0.5 * delta**2
    return ops.mean(ops.where(ops.abs(e) <= delta, 0.5 * ops.square(e), far), axis=-1)


@hand_derived(huber)
class HuberPair(ElementwisePair):
    """dp_j = dvalues * clip(e_j, -delta, delta) / k."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray, delta: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """The parabola or the line, and its slope."""
        e = p - y
        far = delta * np.abs(e) - 0.5 * delta**2
        near = np.abs(e) <= delta
        return np.where(near, 0.5 * np.square(e), far), np.where(near, e, delta * np.sign(e))


def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """The mean over the last axis of log cosh of the error; (..., k) twice -> (...).

    Computed as `e + softplus(-2 e) - log 2`, without overflow; in float32 nothing is left of an
    error below 3e-4, whose loss is half its square.
    """
    y, p = aligned_tensors(y_true, y_pred)
    e = p - y
    return ops.mean(e + ops.softplus(e * -2.0) - constant(math.log(2), p), axis=-1)


@hand_derived(log_cosh)
class LogCoshPair(ElementwisePair):
    """dp_j = dvalues * tanh(e_j) / k."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log cosh e and its slope, tanh e."""
        e = p - y
        return e + ops.softplus(e * -2.0) - constant(math.log(2), p), np.tanh(e)


class MeanSquaredError(PlainLoss, of=mean_squared_error):
    """Mean of squared errors (`keras.losses.MeanSquaredError`)."""


class MeanAbsoluteError(PlainLoss, of=mean_absolute_error):
    """Mean of absolute errors (`keras.losses.MeanAbsoluteError`)."""


class Huber(LossFunctionWrapper):
    """Squares of small errors, multiples of large ones (`keras.losses.Huber`)."""

    _unsaved = ("delta",)  # Keras's config forgets it

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(PlainLoss, of=log_cosh):
    """Mean of log cosh of the errors (`keras.losses.LogCosh`)."""

"""Losses that ask for a margin: nothing is lost once y p >= 1.

    hinge               1/k sum_j max(0, 1 - y_j p_j),   y_j in {-1, 1};     slope -y
    squared hinge       1/k sum_j max(0, 1 - y_j p_j)^2                      slope -2 y max(...)
    categorical hinge   max(0, 1 + max_j (1 - y_j) p_j - sum_j y_j p_j),     y one-hot

For the first two, labels 0 and 1 are read as -1 and 1, if the whole batch holds nothing else. At
the margin the slope counts, as in TensorFlow. The maximum of the third runs over the true class,
too, which enters as 0.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.elementwise import ElementwisePair, fitting_tensors
from scratch.losses.loss import require_fit
from scratch.losses.plain import PlainLoss
from scratch.network.node import Node
from scratch.network.pairs import hand_derived


def hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean over the last axis of `max(0, 1 - y_true * y_pred)`; (..., k) twice -> (...)."""
    y, p = fitting_tensors(y_true, y_pred)
    return ops.mean(ops.maximum(1.0 - to_signs(y) * p, 0.0), axis=-1)


def to_signs(y: Any) -> Any:
    """Labels in {0, 1} as labels in {-1, 1}; any other array unchanged."""
    return ops.cond(ops.all(ops.logical_or(y == 0, y == 1)), lambda: 2 * y - 1, lambda: y)


@hand_derived(hinge)
class HingePair(ElementwisePair):
    """dp_j = -dvalues * y_j [1 - y_j p_j >= 0] / k."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The hinge and its slope."""
        y = to_signs(y)
        missing = 1 - y * p
        return np.maximum(missing, 0), np.where(missing >= 0, -y, 0)


def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean over the last axis of `max(0, 1 - y_true * y_pred)^2`; (..., k) twice -> (...)."""
    y, p = fitting_tensors(y_true, y_pred)
    return ops.mean(ops.square(ops.maximum(1.0 - to_signs(y) * p, 0.0)), axis=-1)


@hand_derived(squared_hinge)
class SquaredHingePair(ElementwisePair):
    """dp_j = -dvalues * 2 y_j max(0, 1 - y_j p_j) / k."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The squared hinge and its slope."""
        y = to_signs(y)
        missing = np.maximum(1 - y * p, 0)
        return np.square(missing), -2 * y * missing


def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """How far the best wrong class comes within 1 of the right one; (..., k) twice -> (...)."""
    y, p = fitting_tensors(y_true, y_pred)
    right = ops.sum(y * p, axis=-1)
    wrong = ops.max((1.0 - y) * p, axis=-1)
    return ops.maximum(wrong - right + 1.0, 0.0)


@hand_derived(categorical_hinge)
class CategoricalHingePair:
    """dp_j = dvalues * ((1 - y_j) share_j - y_j) where the value is at least 0.

    The share of a class is 1 if it alone is the best wrong one; ties share equally.
    """

    @staticmethod
    def forward(y: np.ndarray, p: np.ndarray, node: Node) -> np.ndarray:
        """One value per sample."""
        require_fit(y, p)
        candidates = (1 - y) * p
        wrong = candidates.max(axis=-1)
        best = (candidates == wrong[..., None]).astype(p.dtype)
        values = wrong - (y * p).sum(axis=-1) + 1
        slope = (1 - y) * (best / best.sum(axis=-1, keepdims=True)) - y
        node.saved["slope"], node.saved["p"] = slope * (values >= 0)[..., None], p
        return np.maximum(values, 0)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node) -> np.ndarray:
        """The derivative with respect to p."""
        return ops.sum_to_shape(dvalues[..., None] * node.saved["slope"], node.saved["p"].shape)


class Hinge(PlainLoss, of=hinge):
    """Mean of the hinge loss (`keras.losses.Hinge`)."""


class SquaredHinge(PlainLoss, of=squared_hinge):
    """Mean of the squared hinge loss (`keras.losses.SquaredHinge`)."""


class CategoricalHinge(PlainLoss, of=categorical_hinge):
    """Mean of the categorical hinge loss (`keras.losses.CategoricalHinge`)."""

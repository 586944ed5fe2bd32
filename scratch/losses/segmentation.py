"""Losses for masks: how much of two regions y and p overlaps.

    Dice      L = 1 - 2 I / (sum y + sum p + eps)              I = sum y p
    Tversky   L = 1 - I / (I + alpha F + beta N + eps)         F = sum (1 - p) y,  N = sum p (1 - y)

Sums run over `axis`, or over everything, the batch included: then the loss is one number. Quotient
rule: d(1 - I / D) = (I dD - D dI) / D^2.

Keras's documentation has no eps, and alpha weigh what was found wrongly. As in its code, alpha
weighs what was missed, and where nothing is in either region the loss is 1, not 0.
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.losses.elementwise import fitting_tensors
from scratch.losses.loss import LossFunctionWrapper, require_fit
from scratch.network.node import Node
from scratch.network.pairs import hand_derived


def dice(y_true: Any, y_pred: Any, axis: Any = None) -> Any:
    """`1 - 2 sum(y p) / (sum y + sum p)`, over the axes in `axis`, default all."""
    y, p = fitting_tensors(y_true, y_pred)
    overlap = ops.sum(y * p, axis=axis)
    whole = ops.sum(y, axis=axis) + ops.sum(p, axis=axis) + config.epsilon()
    return 1 - ops.divide(2.0 * overlap, whole)


@hand_derived(dice)
class DicePair:
    """dp = dvalues * (2 I / D^2 - 2 y / D)."""

    @staticmethod
    def forward(y: np.ndarray, p: np.ndarray, node: Node, axis: Any = None) -> np.ndarray:
        """One value for each index that is not summed over."""
        require_fit(y, p)
        axis = _axes(axis)
        overlap = 2 * (y * p).sum(axis=axis, keepdims=True)
        whole = y.sum(axis=axis, keepdims=True) + p.sum(axis=axis, keepdims=True)
        whole = whole + config.epsilon()
        return _keep(node, y, p, axis, overlap, whole, 2 * y, np.ones_like(p))

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, axis: Any = None) -> np.ndarray:
        """The derivative with respect to p."""
        return _spread(dvalues, node, axis)


def tversky(
    y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Any = None
) -> Any:
    """`1 - I / (I + alpha F + beta N)`, see above, over the axes in `axis`, default all."""
    y, p = fitting_tensors(y_true, y_pred)
    overlap = ops.sum(y * p, axis=axis)
    missed = ops.sum((1 - p) * y, axis=axis)
    invented = ops.sum(p * (1 - y), axis=axis)
    whole = overlap + missed * alpha + invented * beta + config.epsilon()
    return 1 - ops.divide(overlap, whole)


@hand_derived(tversky)
class TverskyPair:
    """dp = dvalues * (I dD - D y) / D^2,  dD = y - alpha y + beta (1 - y)."""

    @staticmethod
    def forward(
        y: np.ndarray,
        p: np.ndarray,
        node: Node,
        alpha: float = 0.5,
        beta: float = 0.5,
        axis: Any = None,
    ) -> np.ndarray:
        """One value for each index that is not summed over."""
        require_fit(y, p)
        axis = _axes(axis)
        overlap = (y * p).sum(axis=axis, keepdims=True)
        missed = ((1 - p) * y).sum(axis=axis, keepdims=True)
        invented = (p * (1 - y)).sum(axis=axis, keepdims=True)
        whole = overlap + missed * alpha + invented * beta + config.epsilon()
        return _keep(node, y, p, axis, overlap, whole, y, y - alpha * y + beta * (1 - y))

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, axis: Any = None, **_: Any) -> np.ndarray:
        """The derivative with respect to p."""
        return _spread(dvalues, node, axis)


def _axes(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def _keep(
    node: Node,
    y: np.ndarray,
    p: np.ndarray,
    axis: Any,
    top: Any,
    whole: Any,
    dtop: Any,
    dwhole: Any,
) -> np.ndarray:
    """Saves the derivative of 1 - top / whole; returns its value."""
    slope = (top * dwhole - whole * dtop) / (whole * whole)
    node.saved["slope"] = np.broadcast_to(slope, np.broadcast_shapes(y.shape, p.shape))
    node.saved["p"] = p
    return np.squeeze(1 - top / whole, axis)


def _spread(dvalues: np.ndarray, node: Node, axis: Any) -> np.ndarray:
    axis = _axes(axis)
    dvalues = dvalues if axis is None else np.expand_dims(dvalues, axis)
    return ops.sum_to_shape(dvalues * node.saved["slope"], node.saved["p"].shape)


class Dice(LossFunctionWrapper):
    """The Dice loss (`keras.losses.Dice`)."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "dice",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dice, reduction, name, dtype, axis=axis)


class Tversky(LossFunctionWrapper):
    """The Tversky loss (`keras.losses.Tversky`)."""

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "tversky",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)

"""Focal cross-entropies: what is predicted well already counts less (Lin et al. 2017).

    binary        L = 1/k sum_j w_j (1 - t_j)^gamma B_j      B_j the binary cross-entropy,
                  t_j = y_j p_j + (1 - y_j) (1 - p_j)        the probability of what is true
    categorical   L = -sum_j alpha (1 - q_j)^gamma y_j log q_j,    q = p / sum p

w_j is 1, or with class balancing y_j alpha + (1 - y_j) (1 - alpha). Product rule: with the factor
f = (1 - t)^gamma,  (f B)' = f B' - gamma (1 - t)^(gamma - 1) t' B.
"""

from typing import Any

import numpy as np

from scratch import config, ops, quirks
from scratch.losses.elementwise import fitting_tensors, tensors
from scratch.losses.loss import LossFunctionWrapper
from scratch.losses.probabilities import (
    clipped_probabilities,
    require_classes,
    require_same_shape,
    smooth,
)
from scratch.network.node import Node
from scratch.network.pairs import hand_derived
from scratch.ops.graph.promotion import constant


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """The mean over `axis` of the focal binary cross-entropies; (..., k) twice -> (...).

    Args:
        y_true: labels from 0 to 1.
        y_pred: probabilities, or logits if `from_logits`.
        apply_class_balancing: whether a yes weighs `alpha`, and a no `1 - alpha`.
        alpha: see there.
        gamma: how much less counts what is predicted well; 0 for not at all.
        from_logits: whether a sigmoid is still to be applied.
        label_smoothing: s moves labels towards 1/2: y (1 - s) + s / 2.
        axis: over which the mean is taken.
    """
    y, p = tensors(y_true, y_pred)
    y = smooth(y, label_smoothing, 2)
    if from_logits:
        p = ops.sigmoid(p)
    bce = ops.binary_crossentropy(y, p)  # of logits where they are known, as after a sigmoid
    t = y * p + (1 - y) * (1 - p)
    values = ops.power(1.0 - t, gamma) * bce
    if apply_class_balancing:
        values = (y * alpha + (1 - y) * (1 - alpha)) * values
    return ops.mean(values, axis=axis)


@hand_derived(binary_focal_crossentropy)
class BinaryFocalCrossentropyPair:
    """From probabilities: dp = w (f B' - gamma (1 - t)^(gamma - 1) (2 y - 1) B) / k.

    B' = (1 - y) / (1 - p) - y / p inside the clip, else 0. From logits: p = sigmoid(z), nothing is
    clipped, and dz = w (f (p - y) - gamma (1 - t)^(gamma - 1) (2 y - 1) B p (1 - p)) / k.
    """

    @staticmethod
    def forward(
        y: np.ndarray,
        p: np.ndarray,
        node: Node,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ) -> np.ndarray:
        """One value per sample."""
        require_same_shape(y, p)
        y = smooth(y, label_smoothing, 2)
        width = np.ones((), p.dtype)
        if from_logits:
            z, p = p, ops.sigmoid(p)
            width = p * (1 - p)  # dp / dz
        if from_logits and quirks.active("K2"):
            bce, bce_slope = ops.softplus(z) - z * y, p - y
        else:
            q, inside = clipped_probabilities(p)
            bce = -(y * np.log(q) + (1 - y) * np.log(1 - q))
            bce_slope = np.where(inside, (1 - y) / (1 - q) - y / q, 0) * width
        missed = 1 - (y * p + (1 - y) * (1 - p))
        weight = y * alpha + (1 - y) * (1 - alpha) if apply_class_balancing else 1
        with np.errstate(all="ignore"):
            factor = np.power(missed, gamma)
            factor_slope = -gamma * np.power(missed, gamma - 1) * (2 * y - 1) * width
        slope = weight * (factor * bce_slope + factor_slope * bce)
        node.saved["slope"] = slope / p.shape[axis]
        return (weight * factor * bce).mean(axis=axis)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, axis: int = -1, **_: Any) -> np.ndarray:
        """The derivative with respect to p (or z)."""
        return np.expand_dims(dvalues, axis) * node.saved["slope"]


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Focal cross-entropy of distributions along `axis`; (..., k) twice -> (...).

    Args:
        y_true: one-hot labels, or any distributions.
        y_pred: probabilities (made to sum to 1 first), or logits if `from_logits`.
        alpha: the weight of each class, one number or k of them.
        gamma: how much less counts what is predicted well; 0 for not at all.
        from_logits: whether a softmax is still to be applied.
        label_smoothing: s mixes labels with the uniform distribution: y (1 - s) + s / k.
        axis: the axis of the classes.
    """
    require_classes(y_pred, axis, "categorical_focal_crossentropy")
    y, p = fitting_tensors(y_true, y_pred)
    y = smooth(y, label_smoothing, y.shape[-1])
    if from_logits:
        p = ops.softmax(p, axis=axis)
    q = ops.divide(p, ops.sum(p, axis=axis, keepdims=True))
    q = ops.clip(q, config.epsilon(), 1.0 - config.epsilon())
    factor = ops.multiply(ops.power(1.0 - q, gamma), _class_weights(alpha, q))
    return ops.sum(factor * (-y * ops.log(q)), axis=axis)


def _class_weights(alpha: Any, like: Any) -> Any:
    """One number as it is; a list as Keras makes a tensor of it."""
    return [constant(a, like) for a in alpha] if isinstance(alpha, list | tuple) else alpha


@hand_derived(categorical_focal_crossentropy)
class CategoricalFocalCrossentropyPair:
    """With f = alpha (1 - q)^gamma:  dq = -y f / q + alpha gamma (1 - q)^(gamma - 1) y log q,

    inside the clip, else 0;  dp_i = (dq_i - sum_j dq_j q_j) / sum p.  From logits, p = softmax(z)
    and dz_i = p_i (dp_i - sum_j dp_j p_j).
    """

    @staticmethod
    def forward(
        y: np.ndarray,
        p: np.ndarray,
        node: Node,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ) -> np.ndarray:
        """One value per sample."""
        require_same_shape(y, p)
        y = smooth(y, label_smoothing, y.shape[-1])
        alpha = np.asarray(_class_weights(alpha, p), p.dtype)
        if from_logits:
            p = ops.softmax(p, axis=axis)
        total = p.sum(axis=axis, keepdims=True)
        q, inside = clipped_probabilities(p / total)
        log_q = np.log(q)
        with np.errstate(all="ignore"):
            factor = alpha * np.power(1 - q, gamma)
            factor_slope = -alpha * gamma * np.power(1 - q, gamma - 1)
        dq = np.where(inside, -y * (factor / q + factor_slope * log_q), 0)
        slope = (dq - (dq * (p / total)).sum(axis=axis, keepdims=True)) / total
        if from_logits:
            slope = p * (slope - (slope * p).sum(axis=axis, keepdims=True))
        node.saved["slope"] = slope
        return (factor * -y * log_q).sum(axis=axis)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, axis: int = -1, **_: Any) -> np.ndarray:
        """The derivative with respect to p (or z)."""
        return np.expand_dims(dvalues, axis) * node.saved["slope"]


class BinaryFocalCrossentropy(LossFunctionWrapper):
    """Focal binary cross-entropy (`keras.losses.BinaryFocalCrossentropy`)."""

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            reduction,
            name,
            dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """Focal cross-entropy with one-hot labels (`keras.losses.CategoricalFocalCrossentropy`)."""

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            reduction,
            name,
            dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )

"""Circle loss: embeddings of one class close together, those of others apart (Sun et al. 2020).

    D = max(1 - P E^T, 0)                               distances of embeddings P from references E
    a = max((m + D) M+, 0),    s = -g a (m - D)         pairs of one class, M+
    b = max((1 + m - D) M-, 0), t = g b (1 - m - D)     pairs of different classes, M-
    L_i = softplus(logsumexp_j s_ij + logsumexp_j t_ij), over the pairs of each kind

Backward: with S_ij the softmax of s over its pairs, T_ij that of t, and h_i = sigmoid(...),

    dD = h (S ds/dD + T dt/dD),    dP = -dD E, and -dD^T P where the references are P itself
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.loss import LossFunctionWrapper
from scratch.network.masks import set_keras_mask
from scratch.network.node import Node
from scratch.network.pairs import hand_derived


def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Any:
    """The circle loss; class numbers (n,) or (n, 1), and embeddings (n, d) -> (n,).

    Args:
        y_true: class numbers.
        y_pred: embeddings, of unit length.
        ref_labels, ref_embeddings: what to compare with; default: the batch itself.
        remove_diagonal: whether a sample is no pair with itself.
        gamma: scale.
        margin: m, by which the two kinds of pairs should be apart.
    """
    P = ops.convert_to_tensor(y_pred)
    E = P if ref_embeddings is None else ops.convert_to_tensor(ref_embeddings)
    same, other = _pairs(y_true, ref_labels, remove_diagonal)
    D = ops.maximum(1 - ops.matmul(P, ops.transpose(E)), 0.0)
    a = ops.maximum((margin + D) * ops.cast_like(same, D), 0.0)
    b = ops.maximum((1 + margin - D) * ops.cast_like(other, D), 0.0)
    s = -1 * gamma * a * (margin - D)
    t = gamma * b * (1 - margin - D)
    total_s = ops.logsumexp(ops.where(same, s, -np.inf), axis=1)
    total_t = ops.logsumexp(ops.where(other, t, -np.inf), axis=1)
    values = ops.softplus(total_s + total_t)
    set_keras_mask(values, ops.greater(values, 0))  # a loss of exactly 0 does not count
    return values


def _pairs(labels: Any, ref_labels: Any, remove_diagonal: bool) -> tuple[Any, Any]:
    """Which pairs are of one class, and which are not: (n, m) twice."""
    labels = ops.cast(labels, "int32")
    others = labels if ref_labels is None else ops.cast(ref_labels, "int32")
    same = ops.equal(ops.reshape(labels, (-1, 1)), ops.reshape(others, (1, -1)))
    different = ops.logical_not(same)
    if remove_diagonal:
        same = ops.logical_and(same, np.eye(*same.shape) == 0)
    return same, different


@hand_derived(circle)
class CirclePair:
    """dP = -(dD + dD^T) P, where dD counts only where 1 - P P^T >= 0."""

    @staticmethod
    def forward(
        y: np.ndarray,
        p: np.ndarray,
        node: Node,
        remove_diagonal: bool = True,
        gamma: float = 80,
        margin: float = 0.4,
    ) -> np.ndarray:
        """One value per sample."""
        same, other = _pairs(y, None, remove_diagonal)
        apart = 1 - p @ p.T
        D = np.maximum(apart, 0)
        a, b = np.maximum((margin + D) * same, 0), np.maximum((1 + margin - D) * other, 0)
        total_s, S = _logsumexp(-gamma * a * (margin - D), same)
        total_t, T = _logsumexp(gamma * b * (1 - margin - D), other)
        da = same & (margin + D >= 0)
        db = np.where(other & (1 + margin - D >= 0), -1, 0)
        dD = S * -gamma * (da * (margin - D) - a) + T * gamma * (db * (1 - margin - D) - b)
        total = total_s + total_t
        node.saved["p"] = p
        node.saved["slope"] = ops.sigmoid(total) * dD * (apart >= 0)
        values = ops.softplus(total)[:, 0]
        set_keras_mask(values, values > 0)
        return values

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, **_: Any) -> np.ndarray:
        """The derivative with respect to p."""
        dD = dvalues[:, None] * node.saved["slope"]
        return -(dD + dD.T) @ node.saved["p"]


def _logsumexp(x: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log sum exp over the pairs that are kept, (n, 1), and the softmax; -inf and 0 for none."""
    top = np.max(x, axis=1, keepdims=True, where=kept, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)
    e = np.where(kept, np.exp(np.where(kept, x - top, 0)), 0)
    total = e.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        return np.log(total) + top, e / np.where(total > 0, total, 1)


class Circle(LossFunctionWrapper):
    """Circle loss (`keras.losses.Circle`); samples whose loss is exactly 0 do not count."""

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            circle,
            reduction,
            name,
            dtype,
            gamma=gamma,
            margin=margin,
            remove_diagonal=remove_diagonal,
        )

"""Cosine similarity: the angle between two vectors, whatever their lengths.

    L = -sum_j u_j v_j,    u = y r(y),  v = p r(p),    r(x) = min(1 / |x|, 1 / eps)
    dp = r dv - p r^3 sum_j dv_j p_j,    dv = -u       where |p| >= eps; else r dv

-1 for equal directions, 0 at right angles, 1 for opposite ones. Vectors shorter than eps are not
made unit vectors.
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.losses.elementwise import aligned_tensors
from scratch.losses.loss import LossFunctionWrapper, require_fit
from scratch.network.node import Node
from scratch.network.pairs import hand_derived


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """Minus the cosine of the angle between the vectors along `axis`; (..., k) twice -> (...)."""
    y, p = aligned_tensors(y_true, y_pred)
    return -ops.sum(ops.normalize(y, axis=axis) * ops.normalize(p, axis=axis), axis=axis)


@hand_derived(cosine_similarity)
class CosineSimilarityPair:
    """dp = -dvalues * (r u - p r^3 sum_j u_j p_j)."""

    @staticmethod
    def forward(y: np.ndarray, p: np.ndarray, node: Node, axis: int = -1) -> np.ndarray:
        """One value per sample."""
        require_fit(y, p)
        r, shrinks = _inverse_length(p, axis)
        u = y * _inverse_length(y, axis)[0]
        along = np.where(shrinks, (u * p).sum(axis=axis, keepdims=True), 0)
        slope = p * (r * r * r * along) - r * u
        node.saved["slope"], node.saved["p"] = slope, p
        return -(u * (p * r)).sum(axis=axis)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, axis: int = -1) -> np.ndarray:
        """The derivative with respect to p."""
        dp = np.expand_dims(dvalues, axis) * node.saved["slope"]
        return ops.sum_to_shape(dp, node.saved["p"].shape)


def _inverse_length(x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """r(x), and where it depends on x."""
    with np.errstate(divide="ignore", over="ignore"):
        r = 1 / np.sqrt(np.square(x).sum(axis=axis, keepdims=True))
    limit = x.dtype.type(1 / config.epsilon())
    return np.minimum(r, limit), r <= limit


class CosineSimilarity(LossFunctionWrapper):
    """Mean of the negative cosine similarities (`keras.losses.CosineSimilarity`)."""

    _unsaved = ("axis",)  # Keras's config forgets it

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)

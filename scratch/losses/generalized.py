"""Generalized cross-entropy: robust against wrong labels (Zhang & Sabuncu 2018).

    L = (1 - p_c^q) / q,   c the true class        dL/dp_c = -p_c^(q - 1), all others 0

Class numbers in a column, (n, 1), which Keras's documentation allows, are compared with all n rows,
as in its code: n x n losses.

For q -> 0 it is the cross-entropy -log p_c, for q = 1 the absolute error 1 - p_c.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.loss import LossFunctionWrapper
from scratch.network.node import Node
from scratch.network.pairs import hand_derived


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Any:
    """`(1 - p_c ** q) / q`; class numbers c (...) and probabilities (..., k) -> (...).

    Args:
        y_true: class numbers; fractions are cut off, and a number outside [0, k) has p_c = 0.
        y_pred: probabilities.
        q: strictly between 0 and 1.
    """
    p = ops.convert_to_tensor(y_pred)
    hot = ops.cast_like(ops.one_hot(ops.cast(y_true, "int32"), p.shape[-1]), p)
    return (1 - ops.power(ops.sum(p * hot, axis=-1), q)) / q


@hand_derived(categorical_generalized_cross_entropy)
class CategoricalGeneralizedCrossEntropyPair:
    """dp_j = -dvalues * p_c^(q - 1) [j = c]."""

    @staticmethod
    def forward(y: np.ndarray, p: np.ndarray, node: Node, q: float) -> np.ndarray:
        """One value per sample."""
        hot = ops.one_hot(ops.cast(y, "int32"), p.shape[-1]).astype(p.dtype)
        p_c = (p * hot).sum(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):  # p_c = 0 has an infinite slope
            node.saved["slope"] = -np.power(p_c, q - 1)[..., None] * hot
        node.saved["p"] = p
        return (1 - np.power(p_c, q)) / q

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, q: float) -> np.ndarray:
        """The derivative with respect to p."""
        return ops.sum_to_shape(dvalues[..., None] * node.saved["slope"], node.saved["p"].shape)


class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """Cross-entropy robust against wrong labels.

    Source: `keras.losses.CategoricalGeneralizedCrossEntropy`.

    Raises:
        ValueError: when `q` is not strictly between 0 and 1.
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(f"q must be in the interval (0, 1). Received: q={q!r}")
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=q)

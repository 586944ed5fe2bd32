"""Binary cross-entropy: each output is the probability of a yes of its own.

    L = 1/k sum_j -[y_j log p_j + (1 - y_j) log(1 - p_j)]

Probabilities are clipped to [eps, 1 - eps] first, so that no mistake costs more than -log eps = 16,
and a perfect prediction costs a little. Keras's documentation does not say so.

From logits, p = sigmoid(z), and the derivative is the difference dL/dz = (p - y) / k.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.elementwise import tensors
from scratch.losses.loss import LossFunctionWrapper
from scratch.losses.probabilities import clipped_probabilities, require_same_shape, smooth
from scratch.network.node import Node
from scratch.network.pairs import hand_derived


def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """The mean over `axis` of the binary cross-entropies; (..., k) twice -> (...).

    Args:
        y_true: labels from 0 to 1.
        y_pred: probabilities, or logits if `from_logits`.
        from_logits: whether a sigmoid is still to be applied.
        label_smoothing: s moves labels towards 1/2: y (1 - s) + s / 2.
        axis: over which the mean is taken.
    """
    y, p = tensors(y_true, y_pred)
    y = smooth(y, label_smoothing, 2)
    return ops.mean(ops.binary_crossentropy(y, p, from_logits=from_logits), axis=axis)


@hand_derived(binary_crossentropy)
class BinaryCrossentropyPair:
    """From logits: L = max(z, 0) - z y + log(1 + e^-|z|),   dz = (sigmoid(z) - y) / k.

    From probabilities: dp = ((1 - y) / (1 - p) - y / p) / k inside the clip, else 0.
    """

    @staticmethod
    def forward(
        y: np.ndarray,
        p: np.ndarray,
        node: Node,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ) -> np.ndarray:
        """One value per sample."""
        require_same_shape(y, p)
        y = smooth(y, label_smoothing, 2)
        if from_logits:
            e = np.exp(-np.abs(p))
            values = np.maximum(p, 0) - p * y + np.log1p(e)
            slope = np.where(p >= 0, 1, e) / (1 + e) - y
        else:
            q, inside = clipped_probabilities(p)
            values = -(y * np.log(q) + (1 - y) * np.log(1 - q))
            slope = np.where(inside, (1 - y) / (1 - q) - y / q, 0)
        node.saved["slope"] = slope / p.shape[axis]
        return values.mean(axis=axis)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, axis: int = -1, **_: Any) -> np.ndarray:
        """The derivative with respect to p (or z)."""
        return np.expand_dims(dvalues, axis) * node.saved["slope"]


class BinaryCrossentropy(LossFunctionWrapper):
    """Binary cross-entropy (`keras.losses.BinaryCrossentropy`)."""

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )

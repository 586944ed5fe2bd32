"""How far a predicted distribution is from the true one.

    Kullback-Leibler divergence   sum_j y_j log(y_j / p_j)              slope -y / p
    Poisson                       1/k sum_j (p_j - y_j log p_j)         slope 1 - y / p

Kullback-Leibler clips both y and p to [eps, 1] first; where the clip acts on p, the slope is 0. The
Poisson loss, the negative log-likelihood of counts y, takes the logarithm of p + eps.
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.losses.elementwise import ElementwisePair, fitting_tensors
from scratch.losses.loss import require_fit
from scratch.losses.plain import PlainLoss
from scratch.network.node import Node
from scratch.network.pairs import hand_derived


def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """The Kullback-Leibler divergence along the last axis; (..., k) twice -> (...)."""
    y, p = fitting_tensors(y_true, y_pred)
    y, p = ops.clip(y, config.epsilon(), 1), ops.clip(p, config.epsilon(), 1)
    return ops.sum(y * ops.log(y / p), axis=-1)


@hand_derived(kl_divergence)
class KLDivergencePair:
    """dp_j = -dvalues * y_j / p_j inside the clip, else 0."""

    @staticmethod
    def forward(y: np.ndarray, p: np.ndarray, node: Node) -> np.ndarray:
        """One value per sample."""
        require_fit(y, p)
        eps = p.dtype.type(config.epsilon())
        y, q = np.clip(y, eps, 1), np.clip(p, eps, 1)
        node.saved["slope"], node.saved["p"] = np.where((p >= eps) & (p <= 1), -y / q, 0), p
        return (y * np.log(y / q)).sum(axis=-1)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node) -> np.ndarray:
        """The derivative with respect to p."""
        return ops.sum_to_shape(dvalues[..., None] * node.saved["slope"], node.saved["p"].shape)


def poisson(y_true: Any, y_pred: Any) -> Any:
    """The mean over the last axis of `p - y log(p + eps)`; (..., k) twice -> (...).

    Keras's documentation has no eps: rates below it are taken for eps.
    """
    y, p = fitting_tensors(y_true, y_pred)
    return ops.mean(p - y * ops.log(p + config.epsilon()), axis=-1)


@hand_derived(poisson)
class PoissonPair(ElementwisePair):
    """dp_j = dvalues * (1 - y_j / (p_j + eps)) / k."""

    @staticmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """p - y log p and its slope."""
        shifted = p + config.epsilon()
        return p - y * np.log(shifted), 1 - y / shifted


class KLDivergence(PlainLoss, of=kl_divergence):
    """Mean Kullback-Leibler divergence (`keras.losses.KLDivergence`)."""


class Poisson(PlainLoss, of=poisson):
    """Mean of the Poisson loss (`keras.losses.Poisson`)."""

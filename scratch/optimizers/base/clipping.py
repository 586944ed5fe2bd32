"""Clipping: three ways to keep one bad batch from throwing the weights far away. All in place.

    by value         g <- min(max(g, -c), c)                 entry by entry; bends the direction
    by norm          g <- g c / max(|g|, c)                  each variable on its own
    by global norm   g <- g c min(1 / |G|, 1 / c)            all variables together, G = all of them

Only the first changes the direction of a step.
"""

from collections.abc import Sequence

import numpy as np


def clip_by_value(gradients: Sequence[np.ndarray], limit: float) -> None:
    """Cuts every entry to [-limit, limit]."""
    for g in gradients:
        c = g.dtype.type(limit)
        np.clip(g, -c, c, out=g)


def clip_by_norm(gradients: Sequence[np.ndarray], limit: float) -> None:
    """Scales each array to a norm of at most `limit`."""
    for g in gradients:
        c = g.dtype.type(limit)
        norm = np.sqrt(np.sum(np.square(g)))
        g *= c
        g /= np.maximum(norm, c)


def clip_by_global_norm(gradients: Sequence[np.ndarray], limit: float) -> None:
    """Scales all arrays by one factor, to a common norm of at most `limit`."""
    norm = np.sqrt(np.sum(np.stack([np.sum(np.square(g)) for g in gradients])))
    c = norm.dtype.type(limit)
    with np.errstate(divide="ignore", invalid="ignore"):
        # norm - norm is 0, or NaN for an infinite norm: then everything becomes NaN, as in Keras.
        scale = c * np.minimum(1 / norm, 1 / c) + (norm - norm)
    for g in gradients:
        g *= scale

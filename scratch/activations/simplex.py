"""Relatives of softmax: from scores to (logarithms of) a probability distribution.

    log_softmax   y_i = z_i - log sum_k e^{z_k}      dz_i = dy_i - e^{y_i} sum_k dy_k
    sparsemax     y = max(z - tau, 0)                dz = g - (dtau / dz) sum g,   g = dy [z >= tau]

For tau, and for what Keras makes of it, see `ops.simplex`.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.network.pairs import hand_derived
from scratch.ops.simplex import simplex_threshold, simplex_weights


def log_softmax(x: Any, axis: int = -1) -> Any:
    """`log(softmax(x))` along `axis`, without overflow."""
    return ops.log_softmax(x, axis=axis)


@hand_derived(log_softmax)
class LogSoftmaxPair:
    """Log softmax over one axis."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        np.subtract(z, z.max(axis=axis, keepdims=True), out=y)
        return np.subtract(y, np.log(np.exp(y).sum(axis=axis, keepdims=True)), out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray, axis: int = -1) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.subtract(dy, np.exp(y) * dy.sum(axis=axis, keepdims=True), out=dz)


def sparsemax(x: Any, axis: int = -1) -> Any:
    """Probabilities along `axis`, some of them exactly 0 (`keras.activations.sparsemax`)."""
    return ops.sparsemax(x, axis=axis)


@hand_derived(sparsemax, reads_z=True)
class SparsemaxPair:
    """Sparsemax over one axis."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.maximum(z - simplex_threshold(z, axis=axis), 0, out=y)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray, axis: int = -1) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        g = np.multiply(dy, z >= simplex_threshold(z, axis=axis), out=dz)
        return np.subtract(
            g, simplex_weights(z, axis=axis) * g.sum(axis=axis, keepdims=True), out=dz
        )

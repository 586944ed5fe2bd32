"""Softmax: from scores to a probability distribution.

    y_i = e^{z_i} / sum_k e^{z_k}
    dz_i = y_i (dy_i - sum_k dy_k y_k)        (the Jacobian, never built: diag(y) - y y^T)

Each row of y sums to 1, and each row of dz to 0: adding a constant to z changes nothing.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.network.pairs import hand_derived
from scratch.ops.nn import warn_of_one_class


def softmax(x: Any, axis: int = -1) -> Any:
    """Softmax along `axis` (`keras.activations.softmax`); each row of the result sums to 1."""
    return ops.softmax(x, axis=axis)


@hand_derived(softmax, of_logits=True)
class SoftmaxPair:
    """Softmax over one axis."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        if 1 in z.shape:
            warn_of_one_class(z, axis)
        # Shifting every score by the largest changes nothing and keeps e^z finite.
        np.subtract(z, np.maximum.reduce(z, axis=axis, keepdims=True), out=y)
        np.exp(y, out=y)
        return np.divide(y, np.add.reduce(y, axis=axis, keepdims=True), out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray, axis: int = -1) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        np.subtract(dy, (dy * y).sum(axis=axis, keepdims=True), out=dz)
        return np.multiply(dz, y, out=dz)

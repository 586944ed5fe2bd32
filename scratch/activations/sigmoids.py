"""The identity and the two S-shaped functions.

    sigmoid(z) = 1 / (1 + e^-z)      sigmoid' = y (1 - y)
    tanh(z)                          tanh'    = 1 - y^2
    linear(z)  = z                   linear'  = 1

Derivatives are written in y, the output: the backward pass needs nothing else.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.kernels.table import kernel
from scratch.network.pairs import hand_derived


def linear(x: Any) -> Any:
    """The identity: `x` itself."""
    return x


def sigmoid(x: Any) -> Any:
    """`1 / (1 + exp(-x))`, between 0 and 1; any shape."""
    return ops.sigmoid(x)


def tanh(x: Any) -> Any:
    """The hyperbolic tangent, between -1 and 1; any shape."""
    return ops.tanh(x)


@hand_derived(linear, writes=False)
class LinearPair:
    """y = z;  dz = dy."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Returns `z`: nothing to compute, nothing to copy."""
        return z

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Returns `dy`."""
        return dy


@hand_derived(sigmoid, of_logits=True)
class SigmoidPair:
    """y = 1 / (1 + e^-z);  dz = dy * y * (1 - y)."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        # 1 / (1 + e^-z) overflows to 1 / inf = 0 on the far left, which is the right answer.
        with np.errstate(over="ignore"):
            np.exp(np.negative(z, out=y), out=y)
        np.add(y, 1, out=y)
        return np.divide(1, y, out=y)

    @staticmethod
    @kernel("sigmoid_backward")
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, y * (1 - y), out=dz)

    @staticmethod
    @kernel("sigmoid_backward_and_sum")
    def backward_and_sum(
        dy: np.ndarray, y: np.ndarray, dz: np.ndarray, db: np.ndarray
    ) -> np.ndarray:
        """`backward` of rows, (n, m), and into `db`, (m,), the sum of all of them."""
        return np.add.reduce(np.multiply(dy, y * (1 - y), out=dz), axis=0, out=db)


@hand_derived(tanh)
class TanhPair:
    """y = tanh z;  dz = dy * (1 - y^2)."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        return np.tanh(z, out=y)

    @staticmethod
    @kernel("tanh_backward")
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, 1 - y * y, out=dz)

    @staticmethod
    @kernel("tanh_backward_and_sum")
    def backward_and_sum(
        dy: np.ndarray, y: np.ndarray, dz: np.ndarray, db: np.ndarray
    ) -> np.ndarray:
        """`backward` of rows, (n, m), and into `db`, (m,), the sum of all of them."""
        return np.add.reduce(np.multiply(dy, 1 - y * y, out=dz), axis=0, out=db)

"""Soft versions of functions with a corner.

softplus      log(1 + e^z), of max(z, 0)            slope sigmoid(z) = 1 - e^-y
log_sigmoid   -log(1 + e^-z), of min(z, 0)          slope 1 - e^y
softsign      z / (1 + |z|), of the sign            slope (1 - |y|)^2
squareplus    (z + sqrt(z^2 + b)) / 2, of max(z, 0) slope (1 + z / sqrt(z^2 + b)) / 2
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.network.pairs import hand_derived


def softplus(x: Any) -> Any:
    """`log(1 + e^x)`; any shape."""
    return ops.softplus(x)


@hand_derived(softplus)
class SoftplusPair:
    """y = max(z, 0) + log(1 + e^-|z|);  dz = dy (1 - e^-y)."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        tail = np.log1p(np.exp(-np.abs(z)))
        return np.add(np.maximum(z, 0, out=y), tail, out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, -np.expm1(-y), out=dz)


def log_sigmoid(x: Any) -> Any:
    """`log(sigmoid(x))`, without overflow; any shape."""
    return ops.log_sigmoid(x)


@hand_derived(log_sigmoid)
class LogSigmoidPair:
    """y = min(z, 0) - log(1 + e^-|z|);  dz = dy (1 - e^y)."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        tail = np.log1p(np.exp(-np.abs(z)))
        return np.subtract(np.minimum(z, 0, out=y), tail, out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, -np.expm1(y), out=dz)


def softsign(x: Any) -> Any:
    """`x / (1 + |x|)`, between -1 and 1; any shape."""
    return ops.softsign(x)


@hand_derived(softsign)
class SoftsignPair:
    """y = z / (1 + |z|);  dz = dy (1 - |y|)^2."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        return np.divide(z, 1 + np.abs(z), out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, np.square(1 - np.abs(y)), out=dz)


def squareplus(x: Any, b: float = 4) -> Any:
    """`(x + sqrt(x^2 + b)) / 2`; any shape. `b` says how soft the corner is.

    Far below 0 the two cancel, and in float32 nothing is left below -8,000.
    """
    return ops.squareplus(x, b=b)


@hand_derived(squareplus, reads_z=True)
class SquareplusPair:
    """With r = sqrt(z^2 + b):  y = (z + r) / 2,  dz = dy (1 + z / r) / 2."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, b: float = 4) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.divide(z + np.sqrt(z * z + b), 2, out=y)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray, b: float = 4) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, 0.5 * (1 + z / np.sqrt(z * z + b)), out=dz)

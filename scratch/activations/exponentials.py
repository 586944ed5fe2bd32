"""Exponentials, alone or below 0 only.

elu    z, or alpha (e^z - 1) below 0                       slope at 0: alpha
selu   scale z, or scale alpha (e^z - 1) below 0           slope at 0: scale
celu   max(z, 0) + alpha (e^{min(z, 0) / alpha} - 1)       slope at 0: 2, of both parts (as in
                                                           TensorFlow)
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.network.pairs import hand_derived
from scratch.ops.smooth import SELU_SCALE, SELU_SLOPE


def exponential(x: Any) -> Any:
    """`e ** x`; any shape."""
    return ops.exp(x)


@hand_derived(exponential)
class ExponentialPair:
    """y = e^z;  dz = dy y."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        with np.errstate(over="ignore"):
            return np.exp(z, out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.multiply(dy, y, out=dz)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """`x` above 0, `alpha (e^x - 1)` below; any shape. Just below 0 the difference loses digits."""
    return ops.elu(x, alpha=alpha)


@hand_derived(elu, reads_z=True)
class EluPair:
    """dz = dy where z > 0, dy alpha e^z elsewhere.

    e^z is taken for (e^z - 1) + 1, as in TensorFlow: below -37 nothing is left of it, and an
    optimizer that divides by the gradient's size sees the difference.
    """

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, alpha: float = 1.0) -> np.ndarray:
        """Writes f(z) into `y`."""
        np.copyto(y, np.where(z > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1)))
        return y

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray, alpha: float = 1.0) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        below = np.where(z < 0, (np.exp(np.minimum(z, 0)) - 1) + 1, 1)
        return np.multiply(dy, np.where(z > 0, 1, alpha * below), out=dz)


def selu(x: Any) -> Any:
    """`elu` scaled so that mean 0 and variance 1 are kept from layer to layer; any shape."""
    return ops.selu(x)


@hand_derived(selu)
class SeluPair:
    """dz = dy scale where y >= 0, dy (y + scale alpha) elsewhere."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        below = SELU_SLOPE * (np.exp(np.minimum(z, 0)) - 1)
        np.copyto(y, np.where(z < 0, below, SELU_SCALE * z))
        return y

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, np.where(y < 0, y + SELU_SLOPE, SELU_SCALE), out=dz)


def celu(x: Any, alpha: float = 1.0) -> Any:
    """`x` above 0, `alpha (e^{x / alpha} - 1)` below; any shape."""
    return ops.celu(x, alpha=alpha)


@hand_derived(celu, reads_z=True)
class CeluPair:
    """dz = dy ([z >= 0] + [z <= 0] e^{z / alpha})."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, alpha: float = 1.0) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.add(np.maximum(z, 0), alpha * np.expm1(np.minimum(z, 0) / alpha), out=y)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray, alpha: float = 1.0) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        below = np.where(z <= 0, np.exp(np.minimum(z, 0) / alpha), 0)
        return np.multiply(dy, below + (z >= 0), out=dz)

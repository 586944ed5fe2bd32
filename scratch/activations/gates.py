"""Gates: a number times how far it is let through.

    silu   z sigmoid(z)                   gelu   z Phi(z), Phi the normal distribution function
    mish   z tanh(softplus z)             glu    a sigmoid(b), of two halves a and b

Product rule: with the gate g,  d(z g) = g + z g'.
"""

import math
from typing import Any

import numpy as np

from scratch import ops
from scratch.activations.sigmoids import SigmoidPair
from scratch.network.pairs import hand_derived
from scratch.ops.graph.promotion import constant


def silu(x: Any) -> Any:
    """`x sigmoid(x)`, also called swish; any shape."""
    return ops.silu(x)


@hand_derived(silu, reads_z=True)
class SiluPair:
    """With s = sigmoid(z):  y = z s,  dz = dy s (1 + z (1 - s))."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.multiply(z, SigmoidPair.forward(z, y), out=y)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        s = SigmoidPair.forward(z, np.empty_like(z))
        return np.multiply(dy, s * (1 + z * (1 - s)), out=dz)


def gelu(x: Any, approximate: bool = False) -> Any:
    """`x Phi(x)` (`keras.activations.gelu`); any shape.

    Args:
        x: array or symbol.
        approximate: whether Phi is approximated by a hyperbolic tangent.
    """
    return ops.gelu(x, approximate=approximate)


@hand_derived(gelu, reads_z=True)
class GeluPair:
    """y = z Phi,  dz = dy (Phi + z Phi').

    Exactly:        Phi = erfc(-z / sqrt 2) / 2,  Phi' = e^{-z^2 / 2} / sqrt(2 pi)
    Approximately:  Phi = (1 + tanh u) / 2,  Phi' = (1 - tanh^2 u) u' / 2,
                    u = sqrt(2 / pi) (z + 0.044715 z^3)
    """

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, approximate: bool = False) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.multiply(z, _phi(z, approximate), out=y)

    @staticmethod
    def backward(
        dy: np.ndarray, z: np.ndarray, dz: np.ndarray, approximate: bool = False
    ) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        phi = _phi(z, approximate)
        if approximate:
            # (1 - tanh^2 u) / 2 = 2 Phi (1 - Phi)
            inner = math.sqrt(2 / math.pi) * (1 + 3 * constant(0.044715, z) * np.square(z))
            slope = 2 * phi * (1 - phi) * inner
        else:
            scale = constant(math.sqrt(0.5), z)
            slope = scale / math.sqrt(math.pi) * np.exp(-np.square(scale * z))
        return np.multiply(dy, phi + z * slope, out=dz)


def _phi(z: np.ndarray, approximate: bool) -> np.ndarray:
    if approximate:
        cubic = z + constant(0.044715, z) * (z * z * z)
        return 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * cubic))
    return 0.5 * np.asarray(ops.erfc(-z * constant(math.sqrt(0.5), z)))


def mish(x: Any) -> Any:
    """`x tanh(softplus(x))`; any shape."""
    x = ops.convert_to_tensor(x)
    return x * ops.tanh(ops.softplus(x))


@hand_derived(mish, reads_z=True)
class MishPair:
    """With t = tanh(softplus z):  y = z t,  dz = dy (t + z (1 - t^2) sigmoid(z))."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.multiply(z, np.tanh(ops.softplus(z)), out=y)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        t = np.tanh(ops.softplus(z))
        s = SigmoidPair.forward(z, np.empty_like(z))
        return np.multiply(dy, t + z * (1 - np.square(t)) * s, out=dz)


def glu(x: Any, axis: int = -1) -> Any:
    """`a sigmoid(b)`, where a and b are the halves of `x` along `axis`: half as many numbers.

    Raises:
        ValueError: when that axis cannot be halved.
    """
    return ops.glu(x, axis=axis)


@hand_derived(glu, reads_z=True, writes=False)
class GluPair:
    """With s = sigmoid(b):  y = a s,  da = dy s,  db = dy a s (1 - s)."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        """Returns f(z) in an array of its own: `y` has the shape of z."""
        return ops.glu(z, axis=axis)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray, axis: int = -1) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        a, b = np.split(z, 2, axis=axis)
        da, db = np.split(dz, 2, axis=axis)  # views
        s = SigmoidPair.forward(b, np.empty_like(b))
        np.multiply(dy, s, out=da)
        np.multiply(da * a, 1 - s, out=db)
        return dz

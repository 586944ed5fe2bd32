"""Shrinks: small numbers become 0 (or a default value), large ones stay or move towards 0.

    hard_shrink   z where |z| > t, else 0              threshold     z where z > t, else a default
    soft_shrink   z - t, 0, z + t                      tanh_shrink   z - tanh z, whose slope is
                                                                     tanh^2 z

At a jump or a bend the derivative is that of the flat side.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.network.pairs import hand_derived


def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """`x` where `|x| > threshold`, else 0; any shape."""
    return ops.hard_shrink(x, threshold=threshold)


@hand_derived(hard_shrink, reads_z=True)
class HardShrinkPair:
    """y = z [|z| > t];  dz = dy [|z| > t]."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, threshold: float = 0.5) -> np.ndarray:
        """Writes f(z) into `y`."""
        np.copyto(y, np.where(np.abs(z) > threshold, z, 0))
        return y

    @staticmethod
    def backward(
        dy: np.ndarray, z: np.ndarray, dz: np.ndarray, threshold: float = 0.5
    ) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, np.abs(z) > threshold, out=dz)


def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """`x` moved towards 0 by `threshold`, but not beyond; any shape."""
    return ops.soft_shrink(x, threshold=threshold)


@hand_derived(soft_shrink, reads_z=True)
class SoftShrinkPair:
    """y = z - clip(z, -t, t);  dz = dy [|z| > t]."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, threshold: float = 0.5) -> np.ndarray:
        """Writes f(z) into `y`."""
        np.copyto(y, np.where(np.abs(z) > threshold, z - np.clip(z, -threshold, threshold), 0))
        return y

    @staticmethod
    def backward(
        dy: np.ndarray, z: np.ndarray, dz: np.ndarray, threshold: float = 0.5
    ) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, np.abs(z) > threshold, out=dz)


def threshold(x: Any, threshold: float, default_value: float) -> Any:
    """`x` where `x > threshold`, else `default_value`; any shape."""
    return ops.threshold(x, threshold, default_value)


@hand_derived(threshold, reads_z=True)
class ThresholdPair:
    """y = z where z > t, else the default;  dz = dy [z > t]."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, threshold: float, default_value: float) -> np.ndarray:
        """Writes f(z) into `y`."""
        np.copyto(y, np.where(z > threshold, z, z.dtype.type(default_value)))
        return y

    @staticmethod
    def backward(
        dy: np.ndarray, z: np.ndarray, dz: np.ndarray, threshold: float, default_value: float
    ) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, z > threshold, out=dz)


def tanh_shrink(x: Any) -> Any:
    """`x - tanh(x)`; any shape. Near 0 the two cancel."""
    return ops.tanh_shrink(x)


@hand_derived(tanh_shrink, reads_z=True)
class TanhShrinkPair:
    """y = z - tanh z;  dz = dy tanh^2 z."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.subtract(z, np.tanh(z), out=y)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, np.square(np.tanh(z)), out=dz)

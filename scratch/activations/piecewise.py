"""Activations made of straight pieces (and one parabola).

    leaky_relu     z above 0, slope z below               relu6          min(max(z, 0), 6)
    hard_sigmoid   relu6(z + 3) / 6                       hard_silu      z hard_sigmoid(z)
    hard_tanh      -1, z, 1                               sparse_sigmoid 0, (z + 1) / 2, 1
    sparse_plus    0, (z + 1)^2 / 4, z: the integral of sparse_sigmoid

At a bend the derivative is TensorFlow's: that of the flat side, but for hard_tanh.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.network.pairs import hand_derived
from scratch.ops.graph.promotion import constant


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """`x` above 0, `negative_slope * x` below; any shape."""
    return ops.leaky_relu(x, negative_slope=negative_slope)


@hand_derived(leaky_relu, reads_z=True)
class LeakyReluPair:
    """dz = dy where z > 0, slope dy elsewhere."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, negative_slope: float = 0.2) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.multiply(z, _slopes(z, negative_slope), out=y)

    @staticmethod
    def backward(
        dy: np.ndarray, z: np.ndarray, dz: np.ndarray, negative_slope: float = 0.2
    ) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, _slopes(z, negative_slope), out=dz)


def _slopes(z: np.ndarray, negative_slope: float) -> np.ndarray:
    return np.where(z > 0, z.dtype.type(1), constant(negative_slope, z))


def relu6(x: Any) -> Any:
    """`min(max(x, 0), 6)`; any shape."""
    return ops.relu6(x)


@hand_derived(relu6)
class Relu6Pair:
    """dz = dy [0 < y < 6]."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        return np.clip(z, 0, 6, out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, (y > 0) & (y < 6), out=dz)


def hard_sigmoid(x: Any) -> Any:
    """`relu6(x + 3) / 6`, from 0 to 1; any shape."""
    return ops.hard_sigmoid(x)


@hand_derived(hard_sigmoid)
class HardSigmoidPair:
    """dz = dy / 6 [0 < y < 1]."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        np.clip(np.add(z, 3, out=y), 0, 6, out=y)
        return np.divide(y, 6, out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        np.multiply(dy, (y > 0) & (y < 1), out=dz)
        return np.divide(dz, 6, out=dz)


def hard_silu(x: Any) -> Any:
    """`x * hard_sigmoid(x)`, also called hard_swish; any shape. Of -inf it is NaN."""
    return ops.hard_silu(x)


@hand_derived(hard_silu, reads_z=True)
class HardSiluPair:
    """With s = hard_sigmoid(z):  y = z s,  dz = dy (s + z s')."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.multiply(z, HardSigmoidPair.forward(z, y), out=y)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        s = HardSigmoidPair.forward(z, np.empty_like(z))
        HardSigmoidPair.backward(dy, s, dz)
        return np.add(dy * s, dz * z, out=dz)


def hard_tanh(x: Any) -> Any:
    """`x` between -1 and 1, and these beyond; any shape."""
    return ops.hard_tanh(x)


@hand_derived(hard_tanh, reads_z=True)
class HardTanhPair:
    """dz = dy [|z| <= 1]."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`."""
        return np.clip(z, -1, 1, out=y)

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, np.abs(z) <= 1, out=dz)


def sparse_sigmoid(x: Any) -> Any:
    """0 up to -1, `(x + 1) / 2`, 1 from 1 on; any shape."""
    return ops.sparse_sigmoid(x)


@hand_derived(sparse_sigmoid)
class SparseSigmoidPair:
    """dz = dy / 2 [0 < y < 1]."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        np.multiply(np.add(z, 1, out=y), 0.5, out=y)
        return np.clip(y, 0, 1, out=y)

    @staticmethod
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, 0.5 * (~((y <= 0) | (y >= 1))).astype(y.dtype), out=dz)


def sparse_plus(x: Any) -> Any:
    """0 up to -1, `(x + 1)^2 / 4` up to 1, then `x`; any shape."""
    return ops.sparse_plus(x)


@hand_derived(sparse_plus, reads_z=True)
class SparsePlusPair:
    """With t = (z + 1) / 2 kept within [0, 1]:  y = t^2 up to 1, then z;  dz = dy t."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`."""
        t = SparseSigmoidPair.forward(z, y)
        np.copyto(y, np.where(z < 1, t * t, z))
        return y

    @staticmethod
    def backward(dy: np.ndarray, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        return np.multiply(dy, SparseSigmoidPair.forward(z, np.empty_like(z)), out=dz)

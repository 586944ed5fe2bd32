"""Rectifiers: zero on one side, (nearly) the identity on the other.

    relu(z) = max(z, 0)        relu'(z) = 1 where z > 0, else 0 (so relu'(0) = 0)

At the bend TensorFlow's derivative is taken: the one of the flat side. With settings of its own
relu is three pieces added up, and so are their derivatives: of what lies above the threshold, of
the cap (whose own edge counts as inside, but for 6), and of the slope below.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.kernels.samples import WORTH, in_parts
from scratch.kernels.table import kernel
from scratch.network.pairs import hand_derived
from scratch.ops.graph.promotion import constant


def relu(
    x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Any:
    """The rectified linear unit (`keras.activations.relu`).

        f(x) = max_value              where x >= max_value
               x                      where threshold < x < max_value
               negative_slope * (x - threshold)   elsewhere

    Args:
        x: array or symbol of any shape.
        negative_slope: slope below the threshold.
        max_value: cap of the result, or None.
        threshold: at it and below, values are damped or zero; with one, NaN is 0 where there is no
            slope.

    Returns:
        The same shape as `x`.
    """
    if not negative_slope and max_value is None and not threshold:
        return ops.relu(x)
    if negative_slope and max_value is None and not threshold:
        return ops.where(ops.greater(x, 0.0), x, constant(negative_slope, x) * x)
    # Keras adds three pieces up; its derivatives at the bends follow from that.
    y = ops.where(ops.greater(x, constant(threshold, x)), x, 0.0) if threshold else ops.relu(x)
    if max_value == 6 and not threshold:  # TensorFlow's own relu6: flat at the bend
        y = ops.where(ops.greater_equal(x, 6.0), 6.0, y)
    elif max_value is not None:
        y = ops.clip(y, 0.0, constant(max_value, x))
    return y - negative_slope * ops.relu(threshold - x) if negative_slope else y


@hand_derived(relu)
class ReluPair:
    """y = max(z, 0);  dz = dy * [y > 0]."""

    @staticmethod
    @kernel("relu")
    def forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z) into `y`, which may be `z` itself: backward reads only `y`."""
        if z.size < WORTH:
            return np.maximum(z, 0, out=y)
        in_parts(lambda rows: np.maximum(z[rows], 0, out=y[rows]), len(z), z.size)
        return y

    @staticmethod
    @kernel("relu_backward")
    def backward(dy: np.ndarray, y: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        if y.size < WORTH:
            return np.multiply(dy, y > 0, out=dz)
        in_parts(lambda rows: np.multiply(dy[rows], y[rows] > 0, out=dz[rows]), len(y), y.size)
        return dz

    @staticmethod
    @kernel("relu_of_sum")
    def forward_of_sum(z: np.ndarray, b: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Writes f(z + b) into `y`; of rows z, (n, m), and one row b, (m,)."""
        return np.maximum(np.add(z, b, out=y), 0, out=y)

    @staticmethod
    @kernel("relu_backward_and_sum")
    def backward_and_sum(
        dy: np.ndarray, y: np.ndarray, dz: np.ndarray, db: np.ndarray
    ) -> np.ndarray:
        """`backward` of rows, (n, m), and into `db`, (m,), the sum of all of them."""
        return np.add.reduce(np.multiply(dy, y > 0, out=dz), axis=0, out=db)


@hand_derived(relu, reads_z=True, settings=True)
class BentReluPair:
    """dz = dy ([z above threshold, within the cap] + slope [z below threshold])."""

    @staticmethod
    def forward(z: np.ndarray, y: np.ndarray, **settings: Any) -> np.ndarray:
        """Writes f(z) into `y`."""
        np.copyto(y, relu(z, **settings))
        return y

    @staticmethod
    def backward(
        dy: np.ndarray,
        z: np.ndarray,
        dz: np.ndarray,
        negative_slope: float = 0.0,
        max_value: float | None = None,
        threshold: float = 0.0,
    ) -> np.ndarray:
        """Writes the derivative with respect to z into `dz`."""
        slopes = (z > constant(threshold, z)).astype(z.dtype)
        if max_value == 6 and not threshold:
            slopes *= z < 6
        elif max_value is not None:
            slopes *= (z >= 0) & (z <= constant(max_value, z))
        if negative_slope:
            plain = max_value is None and not threshold
            below = z <= 0 if plain else threshold - z > 0
            slopes += below * (constant(negative_slope, z) if plain else negative_slope)
        return np.multiply(dy, slopes, out=dz)

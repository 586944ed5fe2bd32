"""Dropout: in training, each unit is silenced with probability `rate`, the others are scaled up.

    y  = x * m,     m = 0 with probability rate, else 1 / (1 - rate)
    dx = dy * m

Outside training y = x: the scaling keeps the expected value the same.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import ops, random
from scratch.kernels.table import kernel
from scratch.layers.regularization.noise import Noise
from scratch.network.node import Node
from scratch.serialization.configured import configured


@kernel("drop")
def drop(x: np.ndarray, dropped: np.ndarray, scale: Any, y: np.ndarray) -> None:
    """y = x * scale, or 0 where `dropped`, which is broadcast to the shape of x."""
    np.multiply(x, scale, out=y)
    np.copyto(y, 0, where=dropped)


@configured(keys="rate seed noise_shape")
class Dropout(Noise):
    """Silences a random part of its input while training (`keras.layers.Dropout`).

    Args:
        rate: the probability of silence, from 0 to 1.
        noise_shape: the shape of the mask, where axes of size 1 share one draw; None stands for
            the input's own size.
        seed: of the stream of masks; default: drawn when the layer is constructed.

    The masks are those of tf.keras, bit by bit.

    Raises:
        ValueError: for a rate outside [0, 1] or a malformed `noise_shape`.
    """

    def call(self, x: Any, training: bool = False) -> Any:
        """The definition. A network draws whenever it computes."""
        if not training or self.rate == 0:
            return x
        if self.rate == 1:
            return ops.zeros_like(x)
        kept = self._draw(ops.shape(x), x.dtype)
        return ops.where(kept, ops.multiply(x, self._scale(x.dtype)), 0.0)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = x * m in training, else x."""
        node.saved["dropped"] = None
        if not node.training or self.rate == 0:
            return x
        node.saved["dropped"] = ~self._draw(x.shape, x.dtype)
        return self._apply(x, node, "y")

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy * m, or dy where nothing was dropped."""
        if not node.needs_dx or node.saved["dropped"] is None:
            return dy
        return self._apply(dy, node, "dx")

    def _apply(self, x: np.ndarray, node: Node, name: str) -> np.ndarray:
        y = node.buffer(name, x.shape, x.dtype)
        drop(x, node.saved["dropped"], self._scale(x.dtype), y)
        return y

    def _scale(self, dtype: Any) -> np.floating:
        return np.dtype(dtype).type(1 / (1 - self.rate) if self.rate < 1 else 0)

    def _draw(self, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        """The next mask of the layer's stream: which elements stay, broadcastable to `shape`."""
        shape = mask_shape(shape, self.noise_shape)
        if self.rate == 1:  # nothing is drawn
            return np.zeros(shape, bool)
        return random.dropout_mask(shape, self.rate, dtype, self.seed_generator)

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate = self.begin("rate", rate, seed, kind="scalar")
        self.noise_shape = None if noise_shape is None else _check_noise_shape(noise_shape)


def _check_noise_shape(noise_shape: Any) -> tuple[int | None, ...]:
    if isinstance(noise_shape, str) or not hasattr(noise_shape, "__iter__"):
        raise ValueError(
            f"Invalid value received for argument `noise_shape`. Expected a tuple or list of "
            f"integers. Received: noise_shape={noise_shape}"
        )
    for i, size in enumerate(noise_shape):
        if size is not None and (not isinstance(size, int) or size <= 0):
            raise ValueError(
                f"Invalid value received for argument `noise_shape`. Expected all elements to be "
                f"positive integers or None. Received element at index {i}: {size}"
            )
    return tuple(noise_shape)


def mask_shape(shape: tuple[int, ...], noise_shape: Sequence[int | None] | None) -> tuple[int, ...]:
    """The shape of the mask for an input of that shape: None stands for the input's own size.

    Raises:
        IndexError: for None at an axis that the input does not have.
    """
    if noise_shape is None:
        return shape
    if any(n is None for n in noise_shape[len(shape) :]):
        raise IndexError(f"noise_shape={noise_shape} has more axes than an input of shape {shape}")
    return tuple(shape[i] if n is None else n for i, n in enumerate(noise_shape))

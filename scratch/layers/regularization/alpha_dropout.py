"""Dropout for SELU: units fall silent at SELU's lower limit, and mean and variance stay.

    y  = a (x * m + alpha' (1 - m)) + b,      m = 0 with probability rate, else 1
    dx = a dy * m

alpha' = -1.758 is what SELU tends to. a = [(1 - rate)(1 + rate alpha'^2)]^(-1/2) and
b = -a alpha' rate restore variance 1 and mean 0. Outside training y = x.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import ops, random
from scratch.layers.regularization.dropout import mask_shape
from scratch.layers.regularization.noise import Noise
from scratch.network.node import Node
from scratch.serialization.configured import configured

# SELU's limit: minus the product of its two constants.
LIMIT = -1.6732632423543772 * 1.0507009873554805


@configured(keys="rate seed noise_shape")
class AlphaDropout(Noise):
    """Dropout that keeps a self-normalizing network normal (`keras.layers.AlphaDropout`).

    Args:
        rate: the probability of silence, from 0 to 1.
        noise_shape: the shape of the mask, where axes of size 1 share one draw; None stands for
            the input's own size.
        seed: of the stream of masks; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a rate outside [0, 1].
    """

    def call(self, x: Any, training: bool = False) -> Any:
        """The definition. A network draws whenever it computes."""
        if not training or self.rate == 0:
            return x
        kept = self._draw(x)
        a, b = self._affine()
        return a * (ops.multiply(x, kept) + LIMIT * (1 - kept)) + b

    def _draw(self, x: Any) -> Any:
        """The next mask of the layer's stream: 1 for what stays, broadcastable to x."""
        shape = mask_shape(ops.shape(x), self.noise_shape)
        # Keras draws in the default precision and compares there.
        u = random.uniform(shape, seed=self.seed_generator)
        return ops.cast(u >= np.dtype(u.dtype).type(self.rate), x.dtype)

    def _affine(self) -> tuple[float, float]:
        a = ((1 - self.rate) * (1 + self.rate * LIMIT**2)) ** -0.5
        return a, -a * LIMIT * self.rate

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = a (x * m + alpha' (1 - m)) + b in training, else x."""
        node.saved["kept"] = None
        if not node.training or self.rate == 0:
            return x
        node.saved["kept"] = kept = self._draw(x)
        a, b = self._affine()
        return a * (x * kept + LIMIT * (1 - kept)) + b

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = a dy * m, or dy where nothing was dropped."""
        if not node.needs_dx or node.saved["kept"] is None:
            return dy
        return self._affine()[0] * dy * node.saved["kept"]

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate = self.begin("rate", rate, seed)
        self.noise_shape = noise_shape

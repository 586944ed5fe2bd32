"""Gaussian noise: in training, every value is disturbed, by a sum or by a product.

    GaussianNoise      y = x + e,   e ~ N(0, stddev)                    dx = dy
    GaussianDropout    y = x * e,   e ~ N(1, sqrt(rate / (1 - rate)))   dx = dy * e

Outside training y = x. The second has the mean and the variance of dropout, without its zeros.
"""

import math
from typing import Any

import numpy as np

from scratch import ops, random
from scratch.layers.regularization.noise import Noise
from scratch.network.node import Node
from scratch.serialization.configured import configured


@configured()
class GaussianNoise(Noise):
    """Adds normal numbers of mean 0 while training (`keras.layers.GaussianNoise`).

    Args:
        stddev: their standard deviation, from 0 to 1.
        seed: of the stream; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a standard deviation outside [0, 1].
    """

    def call(self, x: Any, training: bool = False) -> Any:
        """The definition. A network draws whenever it computes."""
        return x + self._draw(x) if training and self.stddev > 0 else x

    def _draw(self, x: Any) -> Any:
        return random.normal(ops.shape(x), 0.0, self.stddev, x.dtype, self.seed_generator)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = x + e in training, else x."""
        return self.call(x, node.training)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy."""
        return dy

    def __init__(self, stddev: float, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev = self.begin("stddev", stddev, seed)


@configured()
class GaussianDropout(Noise):
    """Multiplies by normal numbers of mean 1 while training (`keras.layers.GaussianDropout`).

    Args:
        rate: the probability of the dropout that has the same variance, from 0 to 1.
        seed: of the stream; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a rate outside [0, 1].
    """

    def call(self, x: Any, training: bool = False) -> Any:
        """The definition. A network draws whenever it computes."""
        return ops.multiply(x, self._draw(x)) if training and self.rate > 0 else x

    def _draw(self, x: Any) -> Any:
        stddev = math.sqrt(self.rate / (1.0 - self.rate))
        return random.normal(ops.shape(x), 1.0, stddev, x.dtype, self.seed_generator)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = x * e in training, else x; e is kept for `backward`."""
        node.saved["noise"] = self._draw(x) if node.training and self.rate > 0 else None
        return x if node.saved["noise"] is None else x * node.saved["noise"]

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy * e, or dy where nothing was disturbed."""
        if not node.needs_dx or node.saved["noise"] is None:
            return dy
        return dy * node.saved["noise"]

    def __init__(self, rate: float, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = self.begin("rate", rate, seed)

"""Layers that pass their input on unchanged: y = x, dx = dy.

`Identity` does nothing else. `ActivityRegularization` adds a penalty on what passes to the loss.
"""

from typing import Any

import numpy as np

from scratch import regularizers
from scratch.layers.base.layer import Layer
from scratch.network.node import Node
from scratch.serialization.configured import configured


class Identity(Layer):
    """`y = x` (`keras.layers.Identity`)."""

    keeps_shape = True

    def call(self, x: Any) -> Any:
        return x

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = x, the very array."""
        return x

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy, the very array."""
        return dy

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def passes_on(self, training: bool) -> bool:
        return True


@configured(without=["activity_regularizer"])
class ActivityRegularization(Identity):
    """Penalizes its input: l1 sum |x| + l2 sum x^2 (`keras.layers.ActivityRegularization`).

    Like every activity penalty it is divided by the number of samples.

    Args:
        l1, l2: the factors.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1 = l1
        self.l2 = l2

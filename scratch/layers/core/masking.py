"""Masking: a step all of whose numbers equal `mask_value` is padding.

    m = any(x != mask_value) over the last axis      y = x where m, else 0      dx = dy where m

The mask travels on with y; layers that know masks leave the padding out.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.base.layer import Layer
from scratch.network import masks
from scratch.network.node import Node
from scratch.serialization import deserialize_keras_object
from scratch.serialization.configured import configured


@configured()
class Masking(Layer):
    """Marks padding (`keras.layers.Masking`); (batch, steps, features).

    Args:
        mask_value: what all numbers of a padded step are.
    """

    keeps_shape = True

    def call(self, x: Any) -> Any:
        mask = self.compute_mask(x)
        y = ops.where(ops.expand_dims(mask, -1), x, 0.0)
        masks.set_keras_mask(y, mask)
        return y

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """(batch, steps): False where all numbers of a step are `mask_value`."""
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = x where the step counts, else 0."""
        node.saved["kept"] = kept = (x != x.dtype.type(self.mask_value)).any(axis=-1)[..., None]
        return np.where(kept, x, 0)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy where the step counts, else 0; if it is needed."""
        return np.where(node.saved["kept"], dy, 0) if node.needs_dx else None

    def __init__(self, mask_value: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(mask_value, dict) and mask_value.get("config", None):
            mask_value = deserialize_keras_object(mask_value)
        self.mask_value = mask_value
        self.supports_masking = True

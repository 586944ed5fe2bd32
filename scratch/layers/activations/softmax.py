"""Softmax as a layer: y = e^x / sum e^x over `axis`;  dx = y (dy - sum dy y).

What the mask leaves out gets 0, and the rest adds up to 1 without it.
"""

from typing import Any

import numpy as np

from scratch import activations, ops
from scratch.layers.base.layer import Layer
from scratch.network.node import Node
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.nn import warn_of_one_class
from scratch.serialization.configured import configured


@configured()
class Softmax(Layer):
    """Scores to probabilities (`keras.layers.Softmax`).

    Args:
        axis: along which they add up to 1; several axes count as one.

    Raises:
        InvalidArgumentError: for a mask that does not fit.
    """

    ends_in_activation = masks_output = True  # see `losses.fusion`
    keeps_shape = True

    def call(self, x: Any, mask: Any = None) -> Any:
        if mask is not None:
            mask = _checked(x, mask)
            x = ops.where(mask, x, _EXCLUDED)
        y = activations.softmax(x, axis=self._axes())
        return y if mask is None else ops.where(mask, y, 0.0)

    @property
    def activation(self) -> Any:
        """The function that gives the output; over several axes it is none that has a name."""
        return None if isinstance(self._axes(), tuple) else activations.softmax

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = e^x / sum e^x over `axis`; 0 where the mask leaves out."""
        axes, mask = self._axes(), node.input_mask
        warn_of_one_class(x, axes)
        if mask is not None:
            mask = np.asarray(_checked(x, mask))
            x = np.where(mask, x, x.dtype.type(_EXCLUDED))
        e = np.exp(x - x.max(axis=axes, keepdims=True))
        y = e / e.sum(axis=axes, keepdims=True)
        node.saved["y"] = y = y if mask is None else np.where(mask, y, 0)
        return y

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = y (dy - sum dy y), if it is needed."""
        if not node.needs_dx:
            return None
        y = node.saved["y"]
        return y * (dy - (dy * y).sum(axis=self._axes(), keepdims=True))

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True

    def _axes(self) -> Any:
        if not isinstance(self.axis, list | tuple):
            return self.axis
        return tuple(self.axis) if len(self.axis) > 1 else self.axis[0]


_EXCLUDED = -1e9  # the score of what the mask leaves out


def _checked(x: Any, mask: Any) -> Any:
    """The mask as booleans; it must broadcast to x."""
    shapes = zip(reversed(mask.shape), reversed(x.shape), strict=False)
    if len(mask.shape) > len(x.shape) or any(
        m not in (None, 1, n) and n is not None for m, n in shapes
    ):
        raise InvalidArgumentError(
            f"The `mask` must be broadcastable to `inputs`. Received: inputs.shape={x.shape}, "
            f"mask.shape={mask.shape}"
        )
    return mask if str(mask.dtype) == "bool" else ops.greater(mask, 0.5)

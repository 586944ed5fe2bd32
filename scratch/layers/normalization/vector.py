"""Normalization of vectors by their length, the mean left in.

    RMSNormalization      y = scale x^,   x^ = x r,   r = 1 / sqrt(mean x^2 + eps)
                          dx = r (dx^ - x^ mean(dx^ x^)),   dx^ = scale dy
    UnitNormalization     y = x / |x|
                          dx = (dy - y sum dy y) / |x|

Means and sums run over `axis`.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.normalization.over_axes import OverAxes
from scratch.network.node import Node
from scratch.ops.normalization import axes_in_order
from scratch.serialization.configured import configured


@configured()
class RMSNormalization(OverAxes):
    """`scale x / sqrt(mean x^2 + epsilon)` (`keras.layers.RMSNormalization`).

    Args:
        axis: one axis or several.
        epsilon: joins the mean square.

    Raises:
        ValueError: for an axis that the input lacks.
    """

    read_by_hand = ("scale",)

    def call(self, x: Any) -> Any:
        return ops.rms_normalization(x, self.scale, self.axis, self.epsilon)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = scale x^, x^ = x / sqrt(mean x^2 + eps)."""
        mean_square = np.square(x).mean(axis=self._axes, keepdims=True)
        r = 1 / np.sqrt(mean_square + x.dtype.type(self.epsilon))
        node.saved["value"], node.saved["inverse"] = x * r, r
        return node.saved["value"] * self.scale.array

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dscale, and dx if it is needed."""
        value, r = node.saved["value"], node.saved["inverse"]
        if self.scale in node.trained:
            # The scale is broadcast from the right, as an array of its rank would be.
            terms = dy * value
            lead = tuple(range(terms.ndim - len(self.scale.shape)))
            ones = tuple(
                a
                for a, n in enumerate(self.scale.shape, start=len(lead))
                if n == 1 and terms.shape[a] != 1
            )
            gradient = terms.sum(axis=lead + ones)
            node.gradient(self.scale)[...] = gradient.reshape(self.scale.shape)
        if not node.needs_dx:
            return None
        dvalue = dy * self.scale.array
        return r * (dvalue - value * (dvalue * value).mean(axis=self._axes, keepdims=True))

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.epsilon = epsilon

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the scale, of the sizes of the axes."""
        self.axis = [self.axis] if isinstance(self.axis, int) else sorted(self.axis)
        size = tuple(input_shape[a] for a in self.axis)
        self.scale = self.add_weight(name="scale", shape=size, initializer="ones")
        self._axes = axes_in_order(self.axis, len(input_shape))


@configured()
class UnitNormalization(OverAxes):
    """Scales vectors along `axis` to length 1 (`keras.layers.UnitNormalization`).

    dx = s (dy - y sum dy y) with s = 1 / |x|, or s dy where |x| is below 1e-12.

    Args:
        axis: one axis or several.

    Raises:
        TypeError: for an axis that is neither an integer nor a list of them.
    """

    def call(self, x: Any) -> Any:
        return ops.normalize(x, axis=self.axis, order=2, epsilon=1e-12)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = x / |x|; a vector shorter than 1e-12 is only multiplied by 1e12."""
        axes = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        with np.errstate(divide="ignore"):
            inverse = 1 / np.sqrt(np.square(x).sum(axis=axes, keepdims=True))
        limit = x.dtype.type(1.0 / 1e-12)
        node.saved["inverse"], node.saved["axes"] = inverse, axes
        node.saved["free"] = inverse <= limit
        node.y = x * np.minimum(inverse, limit)
        node.saved["y"] = node.y
        return node.y

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = (dy - y sum dy y) / |x|, if needed; 1e12 dy for a vector of zeros."""
        if not node.needs_dx:
            return None
        inverse, free, axes, y = (node.saved[n] for n in ("inverse", "free", "axes", "y"))
        scale = np.minimum(inverse, y.dtype.type(1.0 / 1e-12))
        along = np.where(free, (dy * y).sum(axis=axes, keepdims=True), 0)
        return scale * (dy - y * along)

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axis, int | list | tuple):
            raise TypeError(
                "Invalid value for `axis` argument: expected an int or a list/tuple of ints. "
                f"Received: axis={axis}"
            )
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True

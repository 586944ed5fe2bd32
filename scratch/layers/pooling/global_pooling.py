"""Global pooling: of a whole image the largest number, or the mean, in each channel.

    average   y[n, c] = mean over places i of x[n, i, c]     dx = dy / places
    max       y[n, c] = max over places i of x[n, i, c]      dx: dy, shared by all that are largest

x: (batch, *spatial, channels), y: (batch, channels), or with `keepdims` (batch, 1, ..., channels).
A mask leaves steps of a sequence out of the mean: y = sum of what it keeps / their number.
"""

from typing import Any, ClassVar

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.network.node import Node
from scratch.serialization.configured import configured


@configured(keys="data_format keepdims")
class _GlobalPooling(Layer):
    """What all of them have in common.

    Args:
        data_format: where the channels are; default: `config.image_data_format()`.
        keepdims: whether the spatial axes stay, with size 1.

    Raises:
        ValueError: for an unknown data format, or an input of another rank.
    """

    rank: ClassVar[int]

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def axes(self) -> tuple[int, ...]:
        """The spatial axes."""
        first = 1 if self.data_format == "channels_last" else 2
        return tuple(range(first, first + self.rank))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """`(batch, channels)`, with the axes between them of size 1 if they stay."""
        one = 1 if self.keepdims else None
        sizes = [one if a in self.axes else n for a, n in enumerate(input_shape)]
        kept = range(len(sizes)) if self.keepdims else sorted({*range(len(sizes))} - {*self.axes})
        return tuple(sizes[a] for a in kept)


class _GlobalAveragePooling(_GlobalPooling):
    """The mean of a whole image; see `_GlobalPooling`."""

    def call(self, inputs: Any) -> Any:
        return ops.mean(inputs, axis=self.axes, keepdims=self.keepdims)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: the mean over the spatial axes."""
        node.saved["shape"] = x.shape
        return np.mean(x, axis=self.axes, keepdims=self.keepdims)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy / places."""
        if not node.needs_dx:
            return None
        shape = node.saved["shape"]
        if not self.keepdims:
            dy = np.expand_dims(dy, self.axes)
        places = np.prod([shape[a] for a in self.axes])
        return np.broadcast_to(dy / dy.dtype.type(places), shape)


class _GlobalMaxPooling(_GlobalPooling):
    """The largest number of a whole image; see `_GlobalPooling`."""

    def call(self, inputs: Any) -> Any:
        return ops.max(inputs, axis=self.axes, keepdims=self.keepdims)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: the largest number over the spatial axes."""
        node.x = x
        node.saved["y"] = y = np.max(x, axis=self.axes, keepdims=True)
        return y if self.keepdims else np.squeeze(y, self.axes)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: dy, shared equally by all that are largest."""
        if not node.needs_dx:
            return None
        if not self.keepdims:
            dy = np.expand_dims(dy, self.axes)
        largest = (node.x == node.saved["y"]).astype(dy.dtype)
        return largest * (dy / largest.sum(axis=self.axes, keepdims=True))


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean over all steps that the mask keeps (`keras.layers.GlobalAveragePooling1D`).

    x: (batch, steps, channels), mask: (batch, steps). A sample without any step gives NaN.
    """

    rank = 1

    def call(self, inputs: Any, mask: Any = None) -> Any:
        (steps,) = self.axes
        if mask is None:
            return ops.mean(inputs, axis=steps, keepdims=self.keepdims)
        keep = ops.expand_dims(ops.cast(mask, "bool"), 3 - steps)
        kept = ops.where(keep, inputs, 0)
        count = ops.sum(ops.cast(keep, inputs.dtype), axis=steps, keepdims=self.keepdims)
        return ops.divide(ops.sum(kept, axis=steps, keepdims=self.keepdims), count)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: the mean over the steps that are kept."""
        (steps,) = self.axes
        node.saved["shape"] = x.shape
        if node.input_mask is None:
            node.saved["part"] = x.dtype.type(1 / x.shape[steps])
            return np.mean(x, axis=steps, keepdims=self.keepdims)
        keep = np.expand_dims(np.asarray(node.input_mask, bool), 3 - steps)
        with np.errstate(divide="ignore", invalid="ignore"):
            count = keep.sum(axis=steps, keepdims=True).astype(x.dtype)
            node.saved["part"] = keep / count
            y = np.where(keep, x, 0).sum(axis=steps, keepdims=True) / count
        return y if self.keepdims else np.squeeze(y, steps)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy / steps that are kept, to each of them."""
        if not node.needs_dx:
            return None
        if not self.keepdims:
            dy = np.expand_dims(dy, self.axes)
        return np.broadcast_to(dy * node.saved["part"], node.saved["shape"])

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None: the steps are gone."""


class GlobalAveragePooling2D(_GlobalAveragePooling):
    """The mean of an image, in each channel (`keras.layers.GlobalAveragePooling2D`)."""

    rank = 2


class GlobalAveragePooling3D(_GlobalAveragePooling):
    """The mean of a volume, in each channel (`keras.layers.GlobalAveragePooling3D`)."""

    rank = 3


class GlobalMaxPooling1D(_GlobalMaxPooling):
    """The largest over all steps, in each channel (`keras.layers.GlobalMaxPooling1D`)."""

    rank = 1


class GlobalMaxPooling2D(_GlobalMaxPooling):
    """The largest of an image, in each channel (`keras.layers.GlobalMaxPooling2D`)."""

    rank = 2


class GlobalMaxPooling3D(_GlobalMaxPooling):
    """The largest of a volume, in each channel (`keras.layers.GlobalMaxPooling3D`)."""

    rank = 3

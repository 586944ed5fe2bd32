"""Pooling: of every window of an image the largest number, or the mean, in each channel.

    max       y[n, o, c] = max over taps of x[n, i, c]
              dx: each dy to the first largest number of its window, added where windows overlap
    average   y[n, o, c] = sum over taps of x[n, i, c] / count,   count: places in the image
              dx: dy / count to each place of the window

x: (batch, *spatial, channels)    y: (batch, *output, channels)    i, o: see `Conv`

With `"channels_first"` the channels are axis 1. What is padded is not there: it is never the
largest, and is not counted. NaN counts as larger than any number.
"""

from typing import Any, ClassVar

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.kernels.samples import in_parts
from scratch.kernels.table import kernel
from scratch.kernels.windows import Windows, from_last, to_last, windows_on
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.layers.base.sizes import defaults, standardize_tuple
from scratch.network.node import Node
from scratch.serialization.configured import configured


@configured(keys="pool_size padding strides data_format name")
class _Pooling(Layer):
    """What all of them have in common.

    Args:
        pool_size: of a window, one number for all axes or one for each; default for a maximum: 2.
        strides: steps from one window to the next; default `pool_size`.
        padding: `"valid"`: windows lie in the image; `"same"`: as many as there are strides in it.
        data_format: where the channels are; default: `config.image_data_format()`.

    Raises:
        ValueError: for sizes that are not positive, unknown names, or windows larger than the
            image.
    """

    rank: ClassVar[int]

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = standardize_tuple(pool_size, self.rank, "pool_size")
        self.strides = standardize_tuple(
            pool_size if strides is None else strides, self.rank, "strides", allow_zero=True
        )
        self.padding = padding
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def windows(self, spatial: tuple[int, ...]) -> Windows:
        """The windows on an image.

        Raises:
            ValueError: where they do not fit into it, or for another padding.
        """
        padding = self.padding.lower()
        if padding not in ("valid", "same"):
            raise ValueError(
                f"Argument `padding` must be either 'valid' or 'same'. Received: padding={padding}"
            )
        if 0 in self.strides:
            raise ValueError(f"`strides` must be positive. Received: strides={self.strides}")
        return windows_on(spatial, self.pool_size, self.strides, (1,) * self.rank, padding)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of y; axes that are not known stay so.

        Raises:
            ValueError: for an input that is too small.
        """
        last = self.data_format == "channels_last"
        spatial = input_shape[1:-1] if last else input_shape[2:]
        known = tuple(k if n is None else n for n, k in zip(spatial, self.pool_size, strict=True))
        output = tuple(
            None if n is None else o
            for n, o in zip(spatial, self.windows(known).output, strict=True)
        )
        return (input_shape[0], *output, input_shape[-1]) if last else (*input_shape[:2], *output)


class _MaxPooling(_Pooling):
    """The largest number of every window; see `_Pooling`."""

    def call(self, inputs: Any) -> Any:
        return ops.max_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: the larger number, tap after tap."""
        node.x = x = to_last(x, self.data_format)
        w = self.windows(x.shape[1:-1])
        y = node.buffer("y", (len(x), *w.output, x.shape[-1]), x.dtype)
        if w.padded is not None and self.padding.lower() == "same":
            y[...] = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
            taps = w.taps
        else:
            first, *taps = w.taps
            y[...] = x[(slice(None), *first[2])]

        def take(samples: slice) -> None:
            for _, outputs, inputs in taps:
                part = y[(samples, *outputs)]
                np.maximum(part, x[(samples, *inputs)], out=part)

        in_parts(take, len(x), x.size)
        node.saved["y"] = y
        return from_last(y, self.data_format)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: each dy to the first place of its window that is the largest."""
        if not node.needs_dx:
            return None
        x, y, dy = node.x, node.saved["y"], to_last(dy, self.data_format)
        w = self.windows(x.shape[1:-1])
        dx = node.buffer("dx", x.shape, dy.dtype)
        left = node.buffer("left", y.shape, bool)
        nan, finite = bool(np.isnan(y).any()), bool(np.isfinite(dy).all())

        def give(some: slice) -> None:
            max_pool_backward(x[some], y[some], dy[some], nan, finite, w, left[some], dx[some])

        in_parts(give, len(x), 4 * x.size)
        return from_last(dx, self.data_format)


@kernel("max_pool_backward")
def max_pool_backward(
    x: np.ndarray,
    y: np.ndarray,
    dy: np.ndarray,
    nan: bool,
    finite: bool,
    windows: Windows,
    left: np.ndarray,
    dx: np.ndarray,
) -> np.ndarray:
    """dx: tap after tap, what is left of dy where the tap is the largest.

    Args:
        x, y, dy: input, output and slopes.
        nan: whether any y is NaN, which is the largest of all and equals nothing.
        finite: whether all dy are: 0 times infinity is not 0.
        windows: on x.
        left: like y: will tell which windows' largest has not come yet.
        dx: like x, overwritten.
    """
    every, product = slice(None), np.multiply if finite else _where
    if not windows.tiles:
        dx[...] = 0
    left[...] = True
    for _, outputs, inputs in windows.taps:
        places, seen = (every, *outputs), x[(every, *inputs)]
        hit = np.equal(seen, y[places])
        if nan:
            hit |= np.isnan(seen)
        hit &= left[places]
        left[places] ^= hit
        part = dx[(every, *inputs)]
        if windows.tiles:
            product(hit, dy[places], out=part)
        else:
            part += product(hit, dy[places])
    return dx


def _where(hit: np.ndarray, dy: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """dy where there is a hit, else 0, whatever dy is."""
    found = np.where(hit, dy, 0)
    if out is None:
        return found
    out[...] = found
    return out


class _AveragePooling(_Pooling):
    """The mean of every window; see `_Pooling`."""

    def call(self, inputs: Any) -> Any:
        return ops.average_pool(
            inputs, self.pool_size, self.strides, self.padding, self.data_format
        )

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: the sum, tap after tap, over the count."""
        x = to_last(x, self.data_format)
        node.saved["shape"] = x.shape
        w = self.windows(x.shape[1:-1])
        y = node.buffer("y", (len(x), *w.output, x.shape[-1]), x.dtype)
        counts = w.counts.astype(y.dtype)

        def average(samples: slice) -> None:
            y[samples] = 0
            for _, outputs, inputs in w.taps:
                y[(samples, *outputs)] += x[(samples, *inputs)]
            y[samples] /= counts

        in_parts(average, len(x), x.size)
        return from_last(y, self.data_format)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: of each window's dy an equal part to every place."""
        if not node.needs_dx:
            return None
        dy, shape = to_last(dy, self.data_format), node.saved["shape"]
        w = self.windows(shape[1:-1])
        part = np.divide(dy, w.counts.astype(dy.dtype), out=node.buffer("part", dy.shape, dy.dtype))
        dx = node.buffer("dx", shape, dy.dtype)

        def spread(samples: slice) -> None:
            dx[samples] = 0
            for _, outputs, inputs in w.taps:
                dx[(samples, *inputs)] += part[(samples, *outputs)]

        in_parts(spread, len(dy), dx.size)
        return from_last(dx, self.data_format)

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class MaxPooling1D(_MaxPooling):
    """The largest of every few steps, in each channel (`keras.layers.MaxPooling1D`)."""

    rank = 1


@defaults(pool_size=(2, 2))
class MaxPooling2D(_MaxPooling):
    """The largest number of every window of an image (`keras.layers.MaxPooling2D`)."""

    rank = 2


@defaults(pool_size=(2, 2, 2))
class MaxPooling3D(_MaxPooling):
    """The largest number of every window of a volume (`keras.layers.MaxPooling3D`)."""

    rank = 3


class AveragePooling1D(_AveragePooling):
    """The mean of every few steps, in each channel (`keras.layers.AveragePooling1D`)."""

    rank = 1


class AveragePooling2D(_AveragePooling):
    """The mean of every window of an image (`keras.layers.AveragePooling2D`)."""

    rank = 2


class AveragePooling3D(_AveragePooling):
    """The mean of every window of a volume (`keras.layers.AveragePooling3D`)."""

    rank = 3

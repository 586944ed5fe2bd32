"""Adaptive pooling: as many bins as are asked for, whatever the size of the image.

An axis of n is divided into o bins, from floor(i n / o) to ceil((i + 1) n / o); they overlap where
o does not divide n. One axis is pooled after the other:

    max       y[i] = max of x over bin i          dx: dy[i] to the first largest number of the bin
    average   y[i] = mean of x over bin i         dx: dy[i] / length of the bin to each place
"""

from typing import Any, ClassVar

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.layers.base.layer import Layer
from scratch.network.node import Node
from scratch.ops.pooling import bins
from scratch.serialization.configured import configured


@configured()
class _AdaptivePooling(Layer):
    """What all of them have in common.

    Args:
        output_size: how many bins, one number for all axes or one for each.
        data_format: where the channels are; default: `config.image_data_format()`.

    Raises:
        TypeError: for an output size that is neither a number nor as many as there are axes.
        ValueError: for one that is not positive, or an unknown data format.
    """

    rank: ClassVar[int]

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        if isinstance(output_size, int):
            sizes = (output_size,) * self.rank
        elif isinstance(output_size, tuple | list) and len(output_size) == self.rank:
            sizes = tuple(output_size)
        elif isinstance(output_size, tuple | list) and self.rank == 1:
            raise ValueError(
                f"For 1D input, `output_size` tuple must have length 1. Received: {output_size}"
            )
        else:
            raise TypeError(
                f"`output_size` must be an integer or tuple of {self.rank} integers. Received: "
                f"{output_size} of type {type(output_size)}"
            )
        if min(sizes) <= 0:
            raise ValueError(f"`output_size` must be positive. Received: {output_size}")
        super().__init__(**kwargs)
        self.output_size = sizes
        self.data_format = standardize_data_format(data_format)

    def steps(self, shape: tuple[int, ...]) -> list[tuple[int, list[tuple[int, int]]]]:
        """Each spatial axis of an input and its bins."""
        first = 1 if self.data_format == "channels_last" else 2
        return [
            (first + number, bins(shape[first + number], count))
            for number, count in enumerate(self.output_size)
        ]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of y: the spatial axes have `output_size`."""
        if self.data_format == "channels_last":
            return (input_shape[0], *self.output_size, input_shape[-1])
        return (*input_shape[:2], *self.output_size)


class _AdaptiveMaxPooling(_AdaptivePooling):
    """The largest number of every bin; see `_AdaptivePooling`."""

    def call(self, inputs: Any) -> Any:
        return ops.adaptive_max_pool(inputs, self.output_size, self.data_format)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: axis after axis, the largest of every bin, and where it was."""
        node.saved["shape"], node.saved["places"] = x.shape, []
        for axis, parts in self.steps(x.shape):
            at = [np.argmax(_cut(x, axis, *part), axis, keepdims=True) for part in parts]
            found = [
                np.take_along_axis(_cut(x, axis, *part), where, axis)
                for part, where in zip(parts, at, strict=True)
            ]
            starts = [start for start, _ in parts]
            places = [where + start for where, start in zip(at, starts, strict=True)]
            node.saved["places"].append((axis, x.shape, places))
            x = np.concatenate(found, axis)
        return x

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: axis after axis, each dy to where the largest of its bin was."""
        if not node.needs_dx:
            return None
        for axis, shape, places in reversed(node.saved["places"]):
            dx = np.zeros(shape, dy.dtype)
            for i, where in enumerate(places):
                now = np.take_along_axis(dx, where, axis)
                np.put_along_axis(dx, where, now + _cut(dy, axis, i, i + 1), axis)
            dy = dx
        return dy


class _AdaptiveAveragePooling(_AdaptivePooling):
    """The mean of every bin; see `_AdaptivePooling`."""

    def call(self, inputs: Any) -> Any:
        return ops.adaptive_average_pool(inputs, self.output_size, self.data_format)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: axis after axis, the mean of every bin."""
        node.saved["shapes"] = []
        for axis, parts in self.steps(x.shape):
            node.saved["shapes"].append((axis, x.shape, parts))
            means = [_cut(x, axis, *part).mean(axis, keepdims=True) for part in parts]
            x = np.concatenate(means, axis)
        return x

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: axis after axis, of each dy an equal part to every place of its bin."""
        if not node.needs_dx:
            return None
        for axis, shape, parts in reversed(node.saved["shapes"]):
            dx = np.zeros(shape, dy.dtype)
            for i, (start, stop) in enumerate(parts):
                part = _cut(dx, axis, start, stop)
                part += _cut(dy, axis, i, i + 1) / dy.dtype.type(stop - start)
            dy = dx
        return dy


def _cut(x: np.ndarray, axis: int, start: int, stop: int) -> np.ndarray:
    """Places `start` to `stop` of an axis, as a view."""
    return x[(*(slice(None),) * axis, slice(start, stop))]


class AdaptiveMaxPooling1D(_AdaptiveMaxPooling):
    """The largest of every bin of steps (`keras.layers.AdaptiveMaxPooling1D`)."""

    rank = 1


class AdaptiveMaxPooling2D(_AdaptiveMaxPooling):
    """The largest of every bin of an image (`keras.layers.AdaptiveMaxPooling2D`)."""

    rank = 2


class AdaptiveMaxPooling3D(_AdaptiveMaxPooling):
    """The largest of every bin of a volume (`keras.layers.AdaptiveMaxPooling3D`)."""

    rank = 3


class AdaptiveAveragePooling1D(_AdaptiveAveragePooling):
    """The mean of every bin of steps (`keras.layers.AdaptiveAveragePooling1D`)."""

    rank = 1


class AdaptiveAveragePooling2D(_AdaptiveAveragePooling):
    """The mean of every bin of an image (`keras.layers.AdaptiveAveragePooling2D`)."""

    rank = 2


class AdaptiveAveragePooling3D(_AdaptiveAveragePooling):
    """The mean of every bin of a volume (`keras.layers.AdaptiveAveragePooling3D`)."""

    rank = 3

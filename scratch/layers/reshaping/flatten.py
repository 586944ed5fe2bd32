"""From images to vectors: all axes but the batch become one. The gradient is folded back."""

import math
from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.network.node import Node
from scratch.serialization.configured import configured


@configured()
class Flatten(Layer):
    """`(batch, d0, d1, ...) -> (batch, d0 * d1 * ...)`; `(batch,)` becomes `(batch, 1)`.

    Args:
        data_format: `"channels_last"` (default) or `"channels_first"`: Keras moves the channels to
            the end before it flattens in the second case.

    Source: `keras.layers.Flatten`.

    Raises:
        ValueError: for another data format.
    """

    def call(self, x: Any) -> Any:
        sample = tuple(x.shape[1:])
        axes = self._axes(len(sample) + 1)
        if axes is not None:
            x = ops.transpose(x, axes)
        return ops.reshape(x, (-1, math.prod(sample)))

    def _axes(self, ndim: int) -> tuple[int, ...] | None:
        """The order of axes that puts the channels last, or None where they are."""
        if self.data_format == "channels_last" or ndim < 3:
            return None
        return (0, *range(2, ndim), 1)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: a view of x where its memory allows that, else a copy."""
        node.x = x
        axes = self._axes(x.ndim)
        return (x if axes is None else x.transpose(axes)).reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: dy in the shape of x."""
        if not node.needs_dx:
            return None
        x, axes = node.x, self._axes(node.x.ndim)
        if axes is None:
            return dy.reshape(x.shape)
        return dy.reshape(x.transpose(axes).shape).transpose(np.argsort(axes))

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates nothing; like Keras's, the layer counts as unbuilt until it is used."""

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """`(batch, product of the other axes)`."""
        sample = input_shape[1:]
        return (input_shape[0], None if None in sample else math.prod(sample))  # type: ignore[arg-type]

"""Concatenation: inputs side by side along one axis; dx_k is the k-th piece of dy."""

from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.merging.merge import Merge, require_masks
from scratch.network.node import Node
from scratch.serialization.configured import configured


@configured()
class Concatenate(Merge):
    """Joins inputs along `axis` (`keras.layers.Concatenate`).

    Args:
        axis: the axis along which the inputs may differ in size.

    Raises:
        ValueError: for anything but a list of inputs, or for shapes that differ elsewhere.
    """

    def _merge_function(self, inputs: Any) -> Any:
        return ops.concatenate(inputs, axis=self.axis)

    def forward(self, xs: list[np.ndarray], node: Node) -> np.ndarray:
        node.saved["ends"] = np.cumsum([x.shape[self.axis] for x in xs])[:-1]
        return np.concatenate(xs, axis=self.axis)

    def backward(self, dy: np.ndarray, node: Node) -> list[np.ndarray]:
        """The pieces of dy."""
        return np.split(dy, node.saved["ends"], axis=self.axis)

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def build(self, input_shape: Any) -> None:
        """Creates nothing; checks that the shapes fit."""
        if len(input_shape) < 1 or not isinstance(input_shape[0], list | tuple):
            raise ValueError(
                "A `Concatenate` layer should be called on a list of at least 1 input. Received: "
                f"input_shape={input_shape}"
            )
        ranks = {len(shape) for shape in input_shape}
        others = [
            {shape[a] for shape in input_shape} - {None}
            for a in range(min(ranks))
            if a != self.axis % min(ranks)
        ]
        if len(ranks) > 1 or any(len(sizes) > 1 for sizes in others):
            raise ValueError(
                "A `Concatenate` layer requires inputs with matching shapes except for the "
                f"concatenation axis. Received: input_shape={input_shape}"
            )

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The inputs' shape, with their sizes along the axis added up."""
        if not isinstance(input_shape, list | tuple) or not isinstance(
            input_shape[0], list | tuple
        ):
            raise ValueError(
                "A `Concatenate` layer should be called on a list of inputs. Received: "
                f"input_shape={input_shape}"
            )
        shape = list(input_shape[0])
        sizes = [s[self.axis] for s in input_shape]
        shape[self.axis] = None if None in sizes else sum(sizes)
        return tuple(shape)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The masks side by side; an input without one counts everywhere."""
        if mask is None:
            return None
        require_masks(inputs, mask)
        if all(m is None for m in mask):
            return None
        full = []
        for x, m in zip(inputs, mask, strict=True):
            if m is None:
                m = ops.ones_like(x, dtype="bool")
            elif len(m.shape) < len(x.shape):
                m = ops.logical_or(ops.expand_dims(m, -1), ops.zeros_like(x, dtype="bool"))
            full.append(m)
        return ops.any(ops.concatenate(full, axis=self.axis), axis=-1)

"""Rescaling: y = scale x + offset, mostly with numbers that are not learned;  dx = scale dy."""

from typing import Any

import numpy as np

from scratch import ops, quirks
from scratch.layers.base.layer import Layer
from scratch.network.node import Node
from scratch.ops.graph.sources import is_variable


class Rescaling(Layer):
    """`y = x * scale + offset` (`keras.layers.Rescaling`), e.g. 1 / 255 for images.

    Args:
        scale, offset: numbers, or arrays that broadcast with a sample; a Variable is trained.
    """

    keeps_shape = True

    def call(self, x: Any) -> Any:
        scale, offset = self._constants()
        return ops.multiply(ops.cast(x, self.dtype), scale) + offset

    def _constants(self) -> tuple[Any, Any]:
        return _cast(self.scale, self.dtype), _cast(self.offset, self.dtype)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = scale x + offset, in the type of the layer."""
        scale, offset = self._constants()
        return x.astype(self.dtype, copy=False) * scale + offset

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = scale dy, if it is needed."""
        return dy * self._constants()[0] if node.needs_dx else None

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.supports_masking = True

    @property
    def one_node(self) -> bool:
        return self.by_hand and not any(map(is_variable, (self.scale, self.offset)))

    def get_config(self) -> dict[str, Any]:
        plain = [c.tolist() if isinstance(c, np.ndarray | np.generic) else c
                 for c in (self.scale, self.offset)]  # fmt: skip
        return {**super().get_config(), "scale": plain[0], "offset": plain[1]}


def _cast(number: Any, dtype: str) -> Any:
    """A number as TensorFlow casts it: a Python float by way of float32 (quirk K1)."""
    if is_variable(number):
        return ops.cast(number, dtype)
    if isinstance(number, np.ndarray | np.generic):
        return np.asarray(number, dtype)
    return np.asarray(number, "float32" if quirks.active("K1") else dtype).astype(dtype)

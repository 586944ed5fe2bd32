"""An activation function as a layer of its own: y = f(x), dx = dy * f'(x)."""

from typing import Any

import numpy as np

from scratch import activations
from scratch.layers.activations.activated import Activated, saved_activation
from scratch.network.apply import apply
from scratch.network.node import Node
from scratch.serialization.configured import configured


class ElementwiseActivation(Activated):
    """The base of layers that apply a function: a subclass has it as its `activation`."""

    keeps_shape = True

    def call(self, x: Any) -> Any:
        return self.activation(x)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = f(x), for an x of any shape."""
        # A copy, because activations work in place and x is the memory of another node.
        node.z = z = node.buffer("z", x.shape, x.dtype)
        np.copyto(z, x)
        return apply(self.activation, z, node)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy * f'(x), if it is needed."""
        if not node.needs_dx:
            return None
        return dy if node.fused else self.backward_activation(dy, node)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True


@configured(values={"activation": saved_activation})
class Activation(ElementwiseActivation):
    """`y = f(x)` (`keras.layers.Activation`); any shape.

    Args:
        activation: f, a name or a function.

    Raises:
        ValueError: for an unknown name.
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def passes_on(self, training: bool) -> bool:
        return self.activation is activations.linear

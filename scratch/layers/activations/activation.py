"""An activation function as a layer of its own: y = f(x), dx = dy * f'(x)."""

from typing import Any

import numpy as np

from scratch import activations
from scratch.layers.activations.activated import Activated, saved_activation
from scratch.network.apply import apply, apply_backward
from scratch.network.node import Node
from scratch.network.plan import Plan
from scratch.serialization.configured import configured


class ElementwiseActivation(Activated):
    """The base of layers that apply a function: a subclass has it as its `activation`."""

    keeps_shape = True

    def call(self, x: Any) -> Any:
        return self.activation(x)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = f(x), for an x of any shape, which is the memory of another node."""
        return apply(self.activation, x, node, in_place=False)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy * f'(x), if it is needed."""
        return apply_backward(self.activation, dy, node) if node.needs_dx else None

    def plan_forward(self, plan: Plan, node: Node, x: str) -> str:
        """The lines of `forward`."""
        return plan.apply(self.activation, x, node, in_place=False)

    def plan_backward(self, plan: Plan, node: Node, dy: str) -> str | None:
        """The lines of `backward`."""
        return plan.apply_backward(self.activation, dy, node) if node.needs_dx else None

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

"""Layers that end in an activation function: y = f(z).

Where f has a hand-derived pair, the layer is one node. A function that a user wrote, or a layer in
its place, may do what any definition may: read weights, draw, assign, call layers. It is traced
then, like a layer that only has `call`; by hand comes z alone.
"""

from typing import Any

import numpy as np

from scratch import trace
from scratch.activations.apply import apply_backward
from scratch.definitions import trace_under_way
from scratch.hand_derived import pair_of
from scratch.layers.layer import Layer
from scratch.node import Node
from scratch.ops.graph import Symbol
from scratch.variable import Variable


class Activated(Layer):
    """The base of layers whose output is that of their `activation`."""

    activation: Any

    @property
    def one_node(self) -> bool:
        return self.by_hand and pair_of(self.activation) is not None

    def reads_in_steps(self, name: str, value: Any) -> bool:
        if name == "activation" and pair_of(value) is None:
            return False  # the next step refuses it
        return super().reads_in_steps(name, value)

    def backward_activation(self, dy: np.ndarray, node: Node) -> np.ndarray:
        """dz = dy * f'(z)."""
        return apply_backward(self.activation, dy, node)


class Affine(Activated):
    """The base of layers with z = x W + b, whatever the product is; b may be None."""

    kernel: Any
    bias: Any

    @property
    def one_node(self) -> bool:
        return super().one_node and self._has_plain_weights()

    def call(self, x: Any) -> Any:
        """The definition; x: (..., n), result: (..., units)."""
        z = self.pre_activation(x)
        tracer = trace_under_way()
        if tracer is not None and self._has_plain_weights() and x.dtype == self.kernel.dtype:
            # Of what the definition gives, the shape and the type are enough.
            z = tracer.use(PreActivation(self), [x], [z])[0] if isinstance(x, Symbol) else z
        return self.activation(z)

    def pre_activation(self, x: Any) -> Any:
        """z, in ops."""
        raise NotImplementedError

    def forward_z(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z, by hand."""
        raise NotImplementedError

    def backward_z(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW, db, and dx if it is needed."""
        raise NotImplementedError

    def _has_plain_weights(self) -> bool:
        """Whether W and b are variables: a subclass may compute them from others."""
        return isinstance(self.kernel, Variable) and isinstance(self.bias, Variable | None)


class PreActivation(trace.Use):
    """The z of a layer. What f reads is not among its weights, even where the layer owns it."""

    def __init__(self, layer: Affine) -> None:
        self.name = layer.name
        weights = (layer.kernel, layer.bias)
        self.trainable_variables = [w for w in weights if w is not None and w.trainable]
        self._layer = layer

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z = x W + b."""
        return self._layer.forward_z(x, node)

    def backward(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW, db, and dx if it is needed."""
        return self._layer.backward_z(dz, node)

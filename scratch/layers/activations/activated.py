"""Layers that end in an activation function: y = f(z).

Where f has a hand-derived pair, the layer is one node. A function that a user wrote, or a layer in
its place, may do what any definition may: read weights, draw, assign, call layers. It is traced
then, like a layer that only has `call`; by hand comes z alone.
"""

from typing import Any, ClassVar

import numpy as np

from scratch import activations
from scratch.context.definitions import trace_under_way
from scratch.layers.base.layer import Layer
from scratch.network.apply import apply, apply_backward
from scratch.network.node import Node
from scratch.network.pairs import pair_of
from scratch.network.plan import Plan
from scratch.network.uses import Use
from scratch.ops.graph.symbol import Symbol
from scratch.variables.variable import Variable


def saved_activation(layer: Any) -> Any:
    """What a config says of a layer's activation."""
    return activations.serialize(layer.activation)


class Activated(Layer):
    """The base of layers whose output is that of their `activation`."""

    activation: Any
    ends_in_activation = True

    @property
    def one_node(self) -> bool:
        return self.by_hand and pair_of(self.activation) is not None

    def reads_in_steps(self, name: str, value: Any) -> bool:
        if name == "activation" and pair_of(value) is None:
            return False  # the next step refuses it
        return super().reads_in_steps(name, value)


class Affine(Activated):
    """The base of layers with z = x W + b, whatever the product is; b may be None.

    Those with other weights than W and b name them in `read_by_hand`.
    """

    read_by_hand: ClassVar[tuple[str, ...]] = ("kernel", "bias")
    kernel: Any
    bias: Any

    def call(self, x: Any) -> Any:
        """The definition; x: (..., n), result: (..., units)."""
        z = self.pre_activation(x)
        tracer = trace_under_way()
        plain = self._has_plain_weights() and x.dtype == weights_of(self)[0].dtype
        if tracer is not None and plain:
            # Of what the definition gives, the shape and the type are enough.
            z = tracer.use(PreActivation(self), [x], [z])[0] if isinstance(x, Symbol) else z
        return self.activation(z)

    def pre_activation(self, x: Any) -> Any:
        """z, in ops."""
        raise NotImplementedError

    def before_activation(self) -> "PreActivation":
        """What computes z alone."""
        return PreActivation(self)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = f(z), in the node's memory."""
        return apply(self.activation, self.forward_z(x, node), node)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dz = dy * f'(z);  dW, db, and dx if it is needed."""
        return self.backward_z(apply_backward(self.activation, dy, node), node)

    def plan_forward(self, plan: Plan, node: Node, x: str) -> str:
        """The lines of `forward`."""
        if not plan.says(self, "plan_z", "forward_z"):
            return plan.call_forward(node, x)
        return plan.apply(self.activation, self.plan_z(plan, node, x), node)

    def plan_backward(self, plan: Plan, node: Node, dy: str) -> str | None:
        """The lines of `backward`."""
        if not plan.says(self, "plan_dz", "backward_z"):
            return plan.call_backward(node, dy)
        return self.plan_dz(plan, node, plan.apply_backward(self.activation, dy, node))

    def forward_z(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z, by hand."""
        raise NotImplementedError

    def backward_z(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW, db, and dx if it is needed."""
        raise NotImplementedError

    def plan_z(self, plan: Plan, node: Node, x: str) -> str:
        """The lines of `forward_z`, where a subclass has them; returns the name of z."""
        raise NotImplementedError

    def plan_dz(self, plan: Plan, node: Node, dz: str) -> str | None:
        """The lines of `backward_z`, where a subclass has them; returns the name of dx."""
        raise NotImplementedError

    @property
    def one_node(self) -> bool:
        return super().one_node and self._has_plain_weights()

    def _has_plain_weights(self) -> bool:
        """Whether W and b are variables: a subclass may compute them from others."""
        return all(isinstance(w, Variable | None) for w in weights_of(self))


def weights_of(layer: Affine) -> list[Any]:
    """What z is computed from, besides x."""
    return [getattr(layer, name) for name in layer.read_by_hand]


class PreActivation(Use):
    """The z of a layer. What f reads is not among its weights, even where the layer owns it."""

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z = x W + b."""
        return self._layer.forward_z(x, node)

    def backward(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW, db, and dx if it is needed."""
        return self._layer.backward_z(dz, node)

    def plan_forward(self, plan: Plan, node: Node, x: str) -> str:
        """The lines of `forward`."""
        says = plan.says(self._layer, "plan_z", "forward_z")
        return self._layer.plan_z(plan, node, x) if says else plan.call_forward(node, x)

    def plan_backward(self, plan: Plan, node: Node, dz: str) -> str | None:
        """The lines of `backward`."""
        says = plan.says(self._layer, "plan_dz", "backward_z")
        return self._layer.plan_dz(plan, node, dz) if says else plan.call_backward(node, dz)

    def __init__(self, layer: Affine) -> None:
        self.name = layer.name
        weights = weights_of(layer)
        self.trainable_variables = [w for w in weights if w is not None and w.trainable]
        self._layer = layer

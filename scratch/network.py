"""A network: nodes in the order in which they compute.

    forward    every node computes y from the outputs of its inputs
    backward   in reverse, every node turns dL/dy into the gradients of its weights and into dL/dx,
               which goes to its inputs; where a tensor or a weight is used twice, gradients add

A node that nothing trainable precedes is not asked for dx.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.node import Node
from scratch.regularizers.regularizers import penalty_gradient
from scratch.variable import Variable


class Network:
    """A graph of nodes with one input and one output.

    Args:
        nodes: in topological order; the first is the input (its layer is None), the last is the
            output.
        input_rank: how many axes a batch has; Keras lets one more or less pass, of size 1.

    Attributes:
        penalized: the trainable weights that have a regularizer.
        logits: the node whose activation made the output.
    """

    def __init__(self, nodes: Sequence[Node], input_rank: int | None = None) -> None:
        self.nodes = list(nodes)
        self.input_rank = input_rank
        self.source, self.output = self.nodes[0], self.nodes[-1]
        self.logits = self.output
        self._steps = self.nodes[1:]
        variables = {id(v): v for node in self._steps for v in node.layer.trainable_variables}
        self.penalized = [v for v in variables.values() if v.regularizer is not None]
        self._share_gradients()
        self._skip_unwanted_dx()

    @classmethod
    def chain(cls, layers: Sequence[Any], input_rank: int | None = None) -> "Network":
        """The network that applies `layers` one after the other."""
        nodes = [Node(None)]
        for layer in layers:
            nodes.append(Node(layer, [nodes[-1]]))
        return cls(nodes, input_rank)

    def _share_gradients(self) -> None:
        uses = Counter(id(v) for node in self._steps for v in node.layer.trainable_variables)
        self._shared: dict[int, list[tuple[Node, Variable]]] = {}
        for node in self._steps:
            for v in node.layer.trainable_variables:
                if uses[id(v)] > 1:
                    node.shared.add(id(v))
                    self._shared.setdefault(id(v), []).append((node, v))

    def _skip_unwanted_dx(self) -> None:
        """Marks the nodes whose dL/dx nobody reads: those with nothing trainable before them."""
        trainable_before = {id(self.source): False}
        for node in self._steps:
            wanted = any(trainable_before[id(parent)] for parent in node.inputs)
            node.needs_dx = wanted
            trainable_before[id(node)] = wanted or bool(node.layer.trainable_variables)

    def tail(self, training: bool) -> list[Node]:
        """The output's node, preceded by those whose output it merely passes on; from the first."""
        nodes = [self.output]
        while nodes[0].layer is not None and nodes[0].layer.passes_on(training):
            nodes.insert(0, nodes[0].inputs[0])
        return nodes

    def want_dx(self) -> None:
        """From now on, `backward` returns dL/dx of the network's own input too."""
        for node in self._steps:
            node.needs_dx = True

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The output for a batch `x`, in memory that the next call overwrites."""
        if self.input_rank not in (None, x.ndim):
            x = x[..., 0] if x.ndim > self.input_rank else x[..., None]
        self.source.y = x
        for node in self._steps:
            node.training = training
            inputs = node.inputs
            given = inputs[0].y if len(inputs) == 1 else [parent.y for parent in inputs]
            node.y = node.layer.forward(given, node)
        return self.output.y

    def backward(self, dy: np.ndarray) -> np.ndarray | None:
        """From dL/d(output) to every `variable.gradient`; returns dL/d(input) where wanted."""
        for node in self.nodes:
            node.dy = None
        self.output.dy = dy
        for node in reversed(self._steps):
            if node.dy is None:  # nothing that reached the loss depends on this node
                for variable in node.layer.trainable_variables:
                    node.gradient(variable)[...] = 0
                continue
            dx = node.layer.backward(_with_activity(node.dy, node), node)
            if dx is None:
                continue
            parts = [dx] if len(node.inputs) == 1 else dx
            for parent, part in zip(node.inputs, parts, strict=True):
                parent.collect(part)
        for uses in self._shared.values():
            (first, variable), *others = uses
            total = variable.gradient
            assert total is not None
            np.copyto(total, first.gradient(variable))
            for node, _ in others:
                total += node.gradient(variable)
        return self.source.dy

    def activity_losses(self) -> list[Any]:
        """The activity penalties of the last forward pass, one for each node that has one."""
        return [
            node.layer.activity_regularizer(node.y) / len(node.y)
            for node in self._steps
            if node.layer.activity_regularizer is not None and len(node.y)
        ]


def _with_activity(dy: np.ndarray, node: Node) -> np.ndarray:
    """`dy` of a node plus what its activity regularizer contributes, which is a mean."""
    regularizer = node.layer.activity_regularizer
    if regularizer is None:
        return dy
    penalty = penalty_gradient(regularizer, node.y) / len(node.y)
    if node.fused:  # dy already stands before the activation: so must the penalty
        penalty = node.fused.layer.backward_activation(penalty, node.fused)
    return dy + penalty

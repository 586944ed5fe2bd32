"""What a node may use besides a layer: some `ops`, a draw, an assignment, a penalty, ...

Each has `forward` and `backward`, like a layer with hand-derived ones.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from scratch import tree
from scratch.network.apply import apply, apply_backward
from scratch.network.differentiated import Differentiated
from scratch.network.node import Node
from scratch.ops.graph.numpy_functions import plain
from scratch.ops.graph.symbol import Symbol
from scratch.variables.variable import Variable


class Use:
    """What a node needs of a layer and that these small ones don't have: weights."""

    supports_masking = False
    ends_in_activation = False  # whether y = f(z) for the `activation` f of a z that may be read
    name = "ops"
    trainable_variables: Sequence[Variable] = ()

    def held_weights(self) -> Sequence[Variable]:
        """The weights that it reads and that may be trained."""
        return self.trainable_variables

    def forward(self, x: Any, node: Node) -> Any:
        """The output for a batch; what `backward` needs is kept in `node`."""
        raise NotImplementedError

    def backward(self, dy: Any, node: Node) -> Any:
        """dx from dy: an array, a list for several inputs, or None where there is no derivative."""
        raise NotImplementedError


class Last(Use):
    """What is computed with the loss, and not where outputs alone are asked for."""

    def rewind(self, node: Node, since: int) -> None:
        """Undoes what a definition has assigned to variables since that assignment."""


class Segment(Use):
    """Some `ops` between layers, differentiated by their graph.

    Args:
        output: the symbol that it computes.
        inputs: the symbols from which it does so.

    Attributes:
        graph: their graph and its derivatives.
    """

    def __init__(self, output: Symbol, inputs: Sequence[Symbol]) -> None:
        self.graph = Differentiated(output, inputs)
        self.trainable_variables = [v for v in self.graph.variables if v.trainable]
        self.others = [v for v in self.graph.variables if not v.trainable]
        self._one_input = len(inputs) == 1

    def forward(self, x: Any, node: Node) -> np.ndarray:
        node.x = [x] if self._one_input else x
        # Backward must see what forward saw, also where a variable is assigned to in between.
        node.saved["others"] = {v: v.numpy() for v in self.others}
        return self.graph.forward(node.x)

    def backward(self, dy: np.ndarray, node: Node) -> Any:
        """By the graphs of the derivatives."""
        trained = [v for v in self.trainable_variables if v in node.trained]
        others = node.saved["others"]
        dx, dw = self.graph.backward(node.x, dy, trained, node.wanted, others)
        for variable, gradient in zip(trained, dw, strict=True):
            if gradient is not None:
                node.gradient(variable)[...] = gradient
        if not node.needs_dx:
            return None
        return dx[0] if self._one_input else dx

    def plan_forward(self, plan: Any, node: Node, x: str | list[str]) -> str:
        """The lines of `forward`, one for each operation."""
        if self.others:
            return plan.call_forward(node, x)
        plan.kept[node] = names = [x] if isinstance(x, str) else x
        return self.graph.program.plan(plan, names, node.x)[0]

    def plan_backward(self, plan: Any, node: Node, dy: str) -> Any:
        """The lines of `backward`, one for each operation; returns names as `backward` arrays."""
        trained = [v for v in self.trainable_variables if v in node.trained]
        program, exists = self.graph.derivative(trained, node.wanted)
        inputs, weights = exists[: len(node.inputs)], exists[len(node.inputs) :]
        if self.others or not all(weights):
            return plan.call_backward(node, dy)
        found = iter(program.plan(plan, [*plan.kept[node], dy], [*node.x, node.dy]))
        dx = [next(found) if there else None for there in inputs]
        for variable, gradient in zip(trained, found, strict=True):
            plan.line(f"{plan.gradient(self, variable, node)}[...] = {gradient}")
        return dx[0] if self._one_input else dx


class Activity(Last):
    """The penalty on a layer's output, its mean over the batch: L = R(y) / n,  dy = R'(y) / n.

    It is a node of its own behind the layer's. An empty batch adds nothing.
    """

    def __init__(self, regularizer: Any) -> None:
        self._regularizer = regularizer

    def forward(self, x: Any, node: Node) -> Any:
        """The penalty; of a layer with several outputs, the sum of theirs."""
        node.x = x
        parts = x if isinstance(x, list) else [x]
        penalties = [plain(self._regularizer(y)) / len(y) for y in parts if len(y)]
        return np.asarray(sum(penalties), parts[0].dtype)

    def backward(self, dL: Any, node: Node) -> Any:
        """dy = dL R'(y) / n."""
        if isinstance(node.x, list):
            return [self._slope(y, dL) for y in node.x]
        return self._slope(node.x, dL)

    def _slope(self, y: np.ndarray, dL: Any) -> np.ndarray:
        slope = self._regularizer.gradient(y) / len(y)
        return slope if dL == 1 else slope * dL


class Head(Use):
    """y = f(z) of logits z, a node of its own: a loss or a metric may read z.

    Args:
        activation: f.
        dtype: of y.
        axis: of the classes.
        name: of the operation.
    """

    ends_in_activation = True

    def __init__(self, activation: Any, dtype: str, axis: int = -1, name: str = "ops") -> None:
        self.activation, self.compute_dtype, self.axis, self.name = activation, dtype, axis, name

    @property
    def _function(self) -> Any:
        f = self.activation
        return f if self.axis == -1 else functools.partial(f, axis=self.axis)

    def forward(self, z: np.ndarray, node: Node) -> np.ndarray:
        """f(z), beside z."""
        return apply(self._function, z, node, in_place=False)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dz = dy * f'(z), if it is needed."""
        return apply_backward(self._function, dy, node) if node.needs_dx else None

    def plan_forward(self, plan: Any, node: Node, z: str) -> str:
        """The lines of `forward`."""
        return plan.apply(self._function, z, node, in_place=False)

    def plan_backward(self, plan: Any, node: Node, dy: str) -> str | None:
        """The lines of `backward`."""
        return plan.apply_backward(self._function, dy, node) if node.needs_dx else None


class LayerHead(Head):
    """The head of a layer, split off from it; f is the layer's, as it is now."""

    def __init__(self, layer: Any) -> None:
        self._layer = layer
        self.compute_dtype, self.axis, self.name = layer.compute_dtype, -1, layer.name

    @property
    def activation(self) -> Any:
        """f."""
        return self._layer.activation

    _function = activation


class Output(Use):
    """One of several outputs of a layer; its backward pass sends None for the others."""

    def __init__(self, number: int) -> None:
        self.number = number

    def forward(self, x: Any, node: Node) -> Any:
        node.saved["several"] = len(x)
        return x[self.number]

    def backward(self, dy: Any, node: Node) -> Any:
        """dy in the place of this output, None in the others."""
        parts: list[Any] = [None] * node.saved["several"]
        parts[self.number] = dy
        return parts


class Draw(Use):
    """Random numbers: nothing to differentiate."""

    def __init__(self, function: Callable, shape: Sequence[Any]) -> None:
        self._function, self._shape = function, shape

    def forward(self, x: Any, node: Node) -> Any:
        """New random numbers in every forward pass."""
        sizes = iter(x if isinstance(x, list) else [x])
        shape = [int(next(sizes)) if isinstance(n, Symbol) else n for n in self._shape]
        return self._function(tuple(shape))

    def backward(self, dy: Any, node: Node) -> Any:
        """None: random numbers do not depend on x."""


class Performed(Use):
    """A call of a function of arrays: nothing to differentiate."""

    def __init__(self, function: Callable, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        self._function, self._arguments = function, [list(args), dict(kwargs)]
        self.symbols = [x for x in tree.flatten(self._arguments) if isinstance(x, Symbol)]

    def forward(self, x: Any, node: Node) -> Any:
        """The result."""
        arrays = iter(x if len(self.symbols) != 1 else [x])
        args, kwargs = tree.map_structure(
            lambda a: next(arrays) if isinstance(a, Symbol) else a, self._arguments
        )
        return self._function(*args, **kwargs)


class Reading(Use):
    """The value of a variable at one moment of a pass, between what assigns to it."""

    def __init__(self, variable: Variable) -> None:
        self._variable = variable
        self.trainable_variables = [variable] if variable.trainable else []

    def forward(self, x: Any, node: Node) -> np.ndarray:
        """A copy, which stays."""
        return self._variable.numpy()

    def backward(self, dy: Any, node: Node) -> None:
        """The derivative belongs to the variable."""
        if self._variable in node.trained:
            np.copyto(node.gradient(self._variable), dy)


class Assignment(Use):
    """A variable that takes a new value in every forward pass.

    Attributes:
        number: of the last assignment, of all that there were.
    """

    made = 0  # assignments, all in all

    def __init__(self, variable: Variable) -> None:
        self.variable, self.number = variable, 0

    def forward(self, x: Any, node: Node) -> Any:
        """Assigns x to the variable."""
        node.saved["before"] = self.variable.numpy()
        Assignment.made = self.number = Assignment.made + 1
        self.variable.assign(x)

    def rewind(self, node: Node) -> None:
        """Gives the variable the value back that it had before."""
        self.variable.array[...] = node.saved["before"]

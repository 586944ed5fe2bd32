"""A network: nodes in the order in which they compute.

    forward    every node computes y from the outputs of its inputs
    backward   in reverse, every node turns dL/dy into the gradients of its weights and into dL/dx,
               which goes to its inputs; where a tensor or a weight is used twice, gradients add

A node that nothing trainable precedes is not asked for dx.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from scratch import compiled_settings, structure
from scratch.masks import get_keras_mask
from scratch.node import Node
from scratch.ops.operation import to_symbol
from scratch.slices import Slices
from scratch.trace import Assignment, Trace, activity, tracing
from scratch.variable import Variable


class Network:
    """A graph of nodes, with any number of inputs and outputs.

    Args:
        trace: the nodes.
        inputs: those that are fed; there may be none.
        outputs: those whose results are wanted.
        trained: the weights whose gradients are wanted; None for all trainable ones.
        apart: whether the gradients are kept in a place of their own, not with the weights.

    Attributes:
        source, output: the first input, if there is one; the first output.
        trained: the weights whose gradients are wanted.
        trains: those of them that the nodes use, whose gradients `backward` finds.
        apart: these gradients, where they are kept apart.
        penalties: those on the weights of the model whose network it is.
        several_inputs, several_outputs: whether `forward` takes, or gives, a list.
        output_structure: that of what the definition gave, with None for each output.
        masked_outputs: outputs that have a mask, each with the node that computes it.
        assigned: the variables to which the definition assigns.
        settled: what takes part in a step, and is watched: see `compiled_settings`.
        knows: the number of the last change of a setting that it was made after, or told.
        moving: those that a forward pass in training changes, once that is known.
        taking_part: those that an optimizer's step changes, once that is known.
        lock: of the memory, for threads that predict with one model.
    """

    def __init__(
        self,
        trace: Trace,
        inputs: Sequence[Node],
        outputs: Sequence[Node],
        trained: Iterable[Variable] | None = None,
        apart: bool = False,
    ) -> None:
        self.nodes = trace.nodes
        self.inputs, self.outputs, self.losses = list(inputs), list(outputs), trace.losses
        self.source: Any = self.inputs[0] if self.inputs else None
        self.output = self.outputs[0]
        self.several_inputs, self.several_outputs = len(inputs) != 1, len(outputs) > 1
        self.output_structure: Any = [None] * len(self.outputs)
        self._steps = [node for node in self.nodes if node.layer is not None]
        if trained is None:
            trained = [v for node in self._steps for v in node.layer.trainable_variables]
        self.trained = frozenset(trained)
        for node in self._steps:
            node.variables = [v for v in node.layer.held_weights() if v in self.trained]
        self.trains = frozenset(v for node in self._steps for v in node.variables)
        self._elsewhere = self.trained - self.trains
        self._named: set[Variable] = set()  # by losses and penalties
        self.apart = {v: np.empty_like(v.array) for v in self.trains} if apart else {}
        self.penalties: list[Any] = []
        self._active = [n for n in self._steps if n.activity_regularizer is not None]
        self.assigned = [n.layer.variable for n in self._steps if isinstance(n.layer, Assignment)]
        # Whose variables are trained: `backward` must see of them what `forward` saw.
        self._rewound = {
            n
            for n in self._steps
            if isinstance(n.layer, Assignment) and n.layer.variable in self.trains
        }
        self.moving: list[Variable] = []
        self.taking_part: list[Variable] | None = None
        self.used = False  # whether it has computed a batch
        self.settled: list[Any] = []
        self.knows = compiled_settings.noted
        self.any_input = False  # whether the model itself sees to it that data fit
        self.lock = threading.RLock()
        self.masked_outputs: list[tuple[Node, Node]] = []
        self.output_shapes: list[Any] = []
        self._signature: tuple[Any, ...] = ()
        self._share_gradients()
        self._skip_unwanted_dx()

    @classmethod
    def of(
        cls,
        definition: Callable,
        specs: Any,
        trained: Iterable[Variable] | None = None,
    ) -> "Network":
        """The network that computes what `definition` defines.

        Args:
            definition: from symbols to symbols, in the structure of `specs`.
            specs: shapes and types of the inputs: one, or several in any structure.
            trained: see above.
        """
        trace = Trace()
        symbols = structure.map_structure(lambda s: trace.input(s.shape, s.dtype), specs)
        with tracing(trace):
            results = definition(symbols)
            outputs = [to_symbol(y) for y in structure.flatten(results)]
            nodes = [trace.node_of(y) for y in outputs]
            masks = [get_keras_mask(y) for y in outputs]
            masks = [None if m is None else trace.node_of(m) for m in masks]
        network = cls(trace, [trace.node_of(x) for x in structure.flatten(symbols)], nodes, trained)
        network.masked_outputs = [
            (node, mask) for node, mask in zip(nodes, masks, strict=True) if mask is not None
        ]
        network._signature = tuple(
            (np.dtype(s.dtype), len(s.shape)) for s in structure.flatten(specs)
        )
        network.output_shapes = [y.shape for y in outputs]
        network.output_structure = structure.map_structure(lambda y: None, results)
        return network

    @classmethod
    def chain(cls, layers: Sequence[Any], shape: Sequence[int | None]) -> "Network":
        """The network that applies built `layers` one after the other to inputs of `shape`."""

        def definition(x: Any) -> Any:
            for layer in layers:
                x = layer(x)
            return x

        return cls.of(definition, Spec(tuple(shape), layers[0].compute_dtype))

    def _share_gradients(self) -> None:
        uses = Counter(v for node in self._steps for v in node.variables)
        self._shared: dict[Variable, list[Node]] = {}
        for node in self._steps:
            for v in node.variables:
                if uses[v] > 1 or v in self.apart:
                    node.shared.add(v)
                    self._shared.setdefault(v, []).append(node)

    def _skip_unwanted_dx(self, wanted_inputs: Sequence[Node] = ()) -> None:
        """Marks the nodes whose dL/dx nobody reads: those with nothing trainable before them."""
        trainable_before = {node: node in wanted_inputs for node in self.nodes}
        for node in self._steps:
            wanted = any(trainable_before[parent] for parent in node.inputs)
            node.needs_dx = wanted
            trainable_before[node] = wanted or bool(node.variables)

    def takes_as_is(self, x: Any) -> bool:
        """Whether `x` is the one array that `forward` wants, of the right type and rank."""
        if x.__class__ is not np.ndarray or self.several_inputs:
            return False
        dtype, ndim = self._signature[0]
        return x.dtype == dtype and x.ndim == ndim

    def takes(self, x: Any) -> bool:
        """Whether data like `x` may enter: a new network is needed where types have changed."""
        return self.any_input or self._signature == tuple(
            (a.dtype, a.ndim) for a in structure.flatten(x)
        )

    def want_dx(self, inputs: Sequence[Node] | None = None) -> None:
        """From now on, `backward` returns dL/dx of these of the inputs too; default: of all."""
        self._skip_unwanted_dx(self.inputs if inputs is None else inputs)

    def without_penalties(self) -> None:
        """From now on, what layers add to the loss adds nothing to the gradients."""
        self._active, self.losses = [], []

    def forward(self, x: Any) -> Any:
        """The outputs for a batch, in memory that the next call overwrites.

        Args:
            x: an array, or a list where there are several inputs.
        """
        self.used = True
        if self.several_inputs:
            for source, part in zip(self.inputs, x, strict=True):
                source.y = part
        else:
            self.source.y = x
        for node in self._steps:
            inputs = node.inputs
            given = inputs[0].y if len(inputs) == 1 else [parent.y for parent in inputs]
            if node.mask_source is not None:
                node.input_mask = node.mask_source.y
            node.y = node.layer.forward(given, node)
        return [node.y for node in self.outputs] if self.several_outputs else self.output.y

    def backward(self, dy: Any, dz: list[Any] | None = None, dlosses: Sequence[Any] = ()) -> Any:
        """From dL/d(outputs) to every `variable.gradient`; returns dL/d(inputs) where wanted.

        Args:
            dy: a list, with None where there is nothing; without `dz`, an array where there is one
                output.
            dz: for each output dL/d(logits), from a loss that reads what stands before the
                activation (then the node is `fused`), or None.
            dlosses: dL/d(loss) for each of the `added_losses`; default: 1.
        """
        return (self._rewinding if self._rewound else self._backward)(dy, dz, dlosses)

    def _backward(self, dy: Any, dz: list[Any] | None, dlosses: Sequence[Any]) -> Any:
        for node in self.nodes:
            node.dy = None
            node.dz = None
        if dz is None:
            dy = dy if self.several_outputs else [dy]
            dz = [None] * len(dy)
        for node, part, before in zip(self.outputs, dy, dz, strict=True):
            if before is not None:
                node.dz = before if node.dz is None else node.dz + before
            if part is not None:
                node.collect(part)
        factors = dict(zip(self._adding(), dlosses, strict=True)) if dlosses else {}
        for node in self.losses:
            node.collect(np.full_like(node.y, factors.get(node, 1)))
        for node in reversed(self._steps):
            if node.activity_regularizer is not None and node in self._active:
                slope = _activity_gradient(node)
                node.collect(_times(slope, factors[node]) if node in factors else slope)
            if node.fused:
                node.dy = _before_activation(node)
            if node in self._rewound:
                node.layer.rewind(node)
            if node.dy is None:  # nothing that reached the loss depends on this node
                node.slices = None
                node.no_gradients(node.variables)
                continue
            node.written.clear()
            dx = node.layer.backward(node.dy, node)
            if not node.written.issuperset(node.variables):  # a subclass has weights besides
                node.no_gradients([v for v in node.variables if v not in node.written])
            if dx is None or not node.needs_dx:
                continue
            parts = dx if len(node.inputs) > 1 else [dx]
            for parent, part in zip(node.inputs, parts, strict=True):
                if part is not None:
                    parent.collect(part)
        for variable, nodes in self._shared.items():
            total = self.apart.get(variable, variable.gradient)
            assert total is not None
            np.copyto(total, nodes[0].gradient(variable))
            for node in nodes[1:]:
                total += node.gradient(variable)
            if variable not in self.apart:
                variable.slices = Slices.joined([node.slices for node in nodes])
        for variable in self._elsewhere:
            variable.gradient[...] = 0  # type: ignore[index]
        return [n.dy for n in self.inputs] if self.several_inputs else self.source.dy

    def _rewinding(self, *upstream: Any) -> Any:
        """The backward pass, in which assignments are undone when they are passed."""
        now = [(n.layer.variable, n.layer.variable.numpy()) for n in self._rewound]
        try:
            return self._backward(*upstream)
        finally:
            for variable, value in now:
                variable.array[...] = value

    def rewind(self, since: int) -> None:
        """Undoes what was assigned to variables since an assignment of that number."""
        for node in reversed(self._steps):
            if isinstance(node.layer, Assignment) and node.layer.number > since:
                node.layer.rewind(node)

    def dvariables(self) -> dict[Variable, np.ndarray]:
        """dL/dw for every weight that was reached, where gradients are kept apart."""
        return {v: self.apart[v] for v in self.reached()}

    def add(self, dvariables: dict[Variable, np.ndarray]) -> None:
        """Adds to the gradients what a loss or a penalty, which reads weights itself, says."""
        for variable, d in dvariables.items():
            if variable in self.trained:
                variable.gradient += d
                variable.slices = None  # a whole gradient was added
                self._named.add(variable)

    def reached(self) -> set[Variable]:
        """The trained weights on which, as the last backward pass found, the loss depends.

        The gradients of the others are zeros; but dL/dw does not exist.
        """
        found = set(self._named)
        for node in self._steps:
            found.update(v for v in node.variables if v not in node.unreached)
        return found

    @property
    def adds_losses(self) -> bool:
        """Whether something may join the loss: penalties on activity, `add_loss`."""
        return bool(self._active or self.losses)

    def added_losses(self) -> list[Any]:
        """What joins the loss since the last forward pass: penalties on activity, `add_loss`."""
        return [penalty for node in self._active if (penalty := activity(node)) is not None] + [
            node.y.sum() if node.y.ndim else node.y for node in self.losses
        ]

    def _adding(self) -> list[Node]:
        """The nodes to which the `added_losses` belong."""
        return [node for node in self._active if activity(node) is not None] + self.losses


class Spec:
    """The shape and the type of an input of a network."""

    def __init__(self, shape: tuple[int | None, ...], dtype: str) -> None:
        self.shape, self.dtype = shape, dtype


def _times(slope: Any, factor: Any) -> Any:
    return [part * factor for part in slope] if isinstance(slope, list) else slope * factor


def _activity_gradient(node: Node) -> Any:
    """What the activity regularizer of a node, which is a mean, contributes to dL/dy."""
    gradient = node.activity_regularizer.gradient
    if isinstance(node.y, list):
        return [gradient(y) / len(y) for y in node.y]
    return gradient(node.y) / len(node.y)


def _before_activation(node: Node) -> Any:
    """dL/dz of a node whose loss reads z, from that and from what others have sent back to y."""
    if node.dy is None:
        return node.dz
    dz = node.layer.backward_activation(node.dy, node)
    return dz if node.dz is None else dz + node.dz

"""A network: nodes in the order in which they compute.

    forward    every node computes y from the outputs of its inputs
    backward   in reverse, every node turns dL/dy into the gradients of its weights and into dL/dx,
               which goes to its inputs; where a tensor or a weight is used twice, gradients add

A node that nothing trainable precedes is not asked for dx.
"""

import operator
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from scratch import tree
from scratch.context import compiled_settings
from scratch.network.masks import get_keras_mask, set_keras_mask
from scratch.network.node import Node
from scratch.network.trace import Trace, split, tracing
from scratch.network.uses import Assignment, Last
from scratch.ops.graph.operation import to_symbol
from scratch.variables.indexed_slices import Slices
from scratch.variables.variable import Variable


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
        logits: for each output the node of what stands before its activation, where that is read.
        losses: the nodes whose outputs add up to the loss: what layers add, and see `end_in`.
        adds_losses: whether layers add anything to the loss.
        slopes: dL/d(output) of those of them where it is not 1.
        batch, targets: what the losses read besides: x, y and sample weights as they are given;
            labels and sample weights of each output.
        several_inputs, several_outputs: whether `forward` takes, or gives, a list.
        output_structure: that of what the definition gave, with None for each output.
        masked_outputs: outputs that have a mask, each with the node that computes it.
        assigned: the variables to which the definition assigns.
        settled: what takes part in a step, and is watched: see `compiled_settings`.
        knows: the number of the last change of a setting that it was made after, or told.
        moving: those that a forward pass in training changes, once that is known.
        taking_part: those that an optimizer's step changes, once that is known.
        lock: of the memory, for threads that predict with one model.
        computing, returning: the nodes of the forward pass and of the backward pass, in order.
        plans: the passes that are written down, by what they are for: see `plan`.
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
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.source: Any = self.inputs[0] if self.inputs else None
        self.output = self.outputs[0]
        self.several_inputs, self.several_outputs = len(inputs) != 1, len(outputs) > 1
        self.output_structure: Any = [None] * len(self.outputs)
        if trained is None:
            layers = [node.layer for node in self.nodes if node.layer is not None]
            trained = [v for layer in layers for v in layer.trainable_variables]
        self.trained = frozenset(trained)
        self._apart = apart
        self._wanted: list[Node] = []  # the inputs whose dL/dx is wanted
        self.logits: list[Node | None] = [None] * len(self.outputs)
        self.losses: list[Node] = [*trace.penalties, *trace.losses]
        self.adds_losses = bool(self.losses)
        self.slopes: dict[Node, Any] = {}
        self.batch, self.targets = Node(None), [Node(None) for _ in self.outputs]
        self._named: set[Variable] = set()  # by losses and penalties
        self.moving: list[Variable] = []
        self.taking_part: list[Variable] | None = None
        self.used = False  # whether it has computed a batch
        self.settled: list[Any] = []
        self.knows = compiled_settings.noted
        self._adaptations = compiled_settings.adaptations
        self.any_input = False  # whether the model itself sees to it that data fit
        self.lock = threading.RLock()
        self.masked_outputs: list[tuple[Node, Node]] = []
        self.output_shapes: list[Any] = []
        self._signature: tuple[Any, ...] = ()
        self._arrange()

    def _arrange(self) -> None:
        """Decides, for the nodes as they are, what every pass will need to know."""
        self.plans: dict[Any, Any] = {}  # of the nodes that are gone
        used = [node for node in self.nodes if node.layer is not None]
        self._last = [node for node in used if isinstance(node.layer, Last)]
        self.computing = [node for node in used if not isinstance(node.layer, Last)]
        self.returning = used[::-1]
        for node in used:
            held = node.layer.held_weights()
            node.trained = dict.fromkeys(v for v in held if v in self.trained)
        self.trains = frozenset(v for node in used for v in node.trained)
        self._elsewhere = self.trained - self.trains
        self.apart = {v: np.empty_like(v.array) for v in self.trains} if self._apart else {}
        assigning = [n for n in used if isinstance(n.layer, Assignment)]
        self.assigned = [n.layer.variable for n in assigning]
        # Whose variables are trained: `backward` must see of them what `forward` saw.
        self._rewound = {n for n in assigning if n.layer.variable in self.trains}
        self._share_gradients(used)
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
        symbols = tree.map_structure(lambda s: trace.input(s.shape, s.dtype), specs)
        with tracing(trace):
            results = definition(symbols)
            outputs = [to_symbol(y) for y in tree.flatten(results)]
            nodes = [trace.node_of(y) for y in outputs]
            masks = [get_keras_mask(y) for y in outputs]
            masks = [None if m is None else trace.node_of(m) for m in masks]
        network = cls(trace, [trace.node_of(x) for x in tree.flatten(symbols)], nodes, trained)
        network.masked_outputs = [
            (node, mask) for node, mask in zip(nodes, masks, strict=True) if mask is not None
        ]
        network._signature = tuple((np.dtype(s.dtype), len(s.shape)) for s in tree.flatten(specs))
        network.output_shapes = [y.shape for y in outputs]
        network.output_structure = tree.map_structure(lambda y: None, results)
        return network

    @classmethod
    def chain(cls, layers: Sequence[Any], shape: Sequence[int | None]) -> "Network":
        """The network that applies built `layers` one after the other to inputs of `shape`."""

        def definition(x: Any) -> Any:
            for layer in layers:
                x = layer(x)
            return x

        return cls.of(definition, Spec(tuple(shape), layers[0].compute_dtype))

    def _share_gradients(self, used: Sequence[Node]) -> None:
        uses = Counter(v for node in used for v in node.trained)
        self._shared: dict[Variable, list[Node]] = {}
        for node in used:
            node.shared = {v for v in node.trained if uses[v] > 1 or v in self.apart}
            for v in node.shared:
                self._shared.setdefault(v, []).append(node)

    def _skip_unwanted_dx(self) -> None:
        """Marks the nodes whose dL/dx nobody reads: those with nothing trainable before them."""
        trainable_before = {node: node in self._wanted for node in self.nodes}
        for node in self.nodes:
            if node.layer is not None:
                node.wanted = [trainable_before[parent] for parent in node.inputs]
                node.needs_dx = any(node.wanted)
                trainable_before[node] = node.needs_dx or bool(node.trained)

    def read_logits(self, number: int) -> Node:
        """The node of what stands before the activation of an output, from now on a node."""
        found = self.logits[number]
        if found is None:
            found = self.logits[number] = split(self.outputs[number], self.nodes)
            self._arrange()
        return found

    def end_in(self, losses: Sequence[Node]) -> None:
        """Puts last nodes behind the outputs, in the order in which they compute.

        Args:
            losses: those from which `backward` is to start, whose inputs may be last nodes too.
        """

        def behind(node: Node) -> Iterator[Node]:
            for parent in node.inputs:
                yield from behind(parent)
            if node not in known:
                known.add(node)
                yield node

        known = set(self.nodes)
        self.nodes += [new for node in losses for new in behind(node)]
        self.losses = list(losses)
        self._arrange()

    @property
    def is_plain(self) -> bool:
        """Whether one array enters and one leaves, and nothing but gradients flows besides."""
        alone = not (self.several_inputs or self.several_outputs or self._rewound or self._shared)
        return (
            alone
            and not (self.apart or self._elsewhere or self.masked_outputs or self.slopes)
            and all(node.inputs and node.mask_source is None for node in self.computing)
        )

    def takes_as_is(self, x: Any) -> bool:
        """Whether `x` is the one array that `forward` wants, of the right type and rank."""
        if x.__class__ is not np.ndarray or self.several_inputs:
            return False
        dtype, ndim = self._signature[0]
        up_to_date = self._adaptations == compiled_settings.adaptations
        return x.dtype == dtype and x.ndim == ndim and up_to_date

    def takes(self, x: Any) -> bool:
        """Whether data like `x` may enter: a new network is needed where types have changed."""
        if self._adaptations != compiled_settings.adaptations:  # layers have got further weights
            return False
        return self.any_input or self._signature == tuple(
            (a.dtype, a.ndim) for a in tree.flatten(x)
        )

    def want_dx(self, inputs: Sequence[Node] | None = None) -> None:
        """From now on, `backward` returns dL/dx of these of the inputs too; default: of all."""
        self._wanted = self.inputs if inputs is None else list(inputs)
        self._skip_unwanted_dx()

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
        _compute(self.computing)
        return [node.y for node in self.outputs] if self.several_outputs else self.output.y

    def forward_losses(self) -> list[Any]:
        """What adds up to the loss, for the batch of the last `forward`."""
        _compute(self._last)
        parts = []
        for node in self.losses:
            # What `add_loss` was given may have entries; an unreduced loss keeps its own.
            whole = isinstance(node.layer, Last) or not node.y.ndim
            parts.append(node.y if whole else node.y.sum())
        return parts

    def known_logits(self) -> list[Any]:
        """For each output what stands before its activation, where that is read, or None."""
        return [None if z is None else z.y for z in self.logits]

    def structured(self, leaves: Sequence[Any]) -> Any:
        """One thing for each output, in the structure of what the definition gave."""
        return tree.unpack_single(tree.pack_sequence_as(self.output_structure, leaves))

    def pass_masks_on(self) -> None:
        """Attaches the masks of the outputs to them, and to their logits."""
        for node, mask in self.masked_outputs:
            set_keras_mask(node.y, mask.y)
            logits = self.logits[self.outputs.index(node)]
            if logits is not None:
                set_keras_mask(logits.y, mask.y)

    def backward(self) -> Any:
        """From the losses to every `variable.gradient`; returns dL/d(inputs) where wanted.

        It starts with dL/dL = 1 at each of the `losses`, or with what `slopes` says instead.
        """
        return self._rewinding() if self._rewound else self._pass_backward()

    def _pass_backward(self) -> Any:
        for node in self.nodes:
            node.dy = None
        for node in self.losses:
            node.collect(self.slopes[node] if node in self.slopes else np.ones_like(node.y))
        for node in self.returning:
            if node in self._rewound:
                node.layer.rewind(node)
            if node.dy is None:  # nothing that reached the loss depends on this node
                node.slices, node.dvariables = None, {}
                if node.trained:
                    node.no_gradients(node.trained)
                continue
            node.written.clear()
            dx = node.layer.backward(node.dy, node)
            if not node.written.issuperset(node.trained):  # a subclass has weights besides
                node.no_gradients([v for v in node.trained if v not in node.written])
            node.sent = []
            if dx is None or not node.needs_dx:
                continue
            parts = dx if len(node.inputs) > 1 else [dx]
            node.sent = [part is not None for part in parts]
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
        self._named.clear()
        for node in reversed(self._last):
            if node.dvariables:
                self._add(node.dvariables)
        return [n.dy for n in self.inputs] if self.several_inputs else self.source.dy

    def _rewinding(self) -> Any:
        """The backward pass, in which assignments are undone when they are passed."""
        now = [(n.layer.variable, n.layer.variable.numpy()) for n in self._rewound]
        try:
            return self._pass_backward()
        finally:
            for variable, value in now:
                variable.array[...] = value

    def rewind(self, since: int) -> None:
        """Undoes what was assigned to variables since an assignment of that number."""
        for node in self.returning:
            if isinstance(node.layer, Last):
                node.layer.rewind(node, since)
            elif isinstance(node.layer, Assignment) and node.layer.number > since:
                node.layer.rewind(node)

    def dvariables(self) -> dict[Variable, np.ndarray]:
        """dL/dw for every weight that was reached, where gradients are kept apart."""
        return {v: self.apart[v] for v in self.reached()}

    def _add(self, dvariables: dict[Variable, np.ndarray]) -> None:
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
        for node in self.returning:
            found.update(v for v in node.trained if v not in node.unreached)
        return found


_y = operator.attrgetter("y")


def _compute(nodes: Sequence[Node]) -> None:
    """Every node's output, from those of its inputs."""
    for node in nodes:
        inputs = node.inputs
        given = inputs[0].y if len(inputs) == 1 else list(map(_y, inputs))
        if node.mask_source is not None:
            node.input_mask = node.mask_source.y
        node.y = node.layer.forward(given, node)


class Spec:
    """The shape and the type of an input of a network."""

    def __init__(self, shape: tuple[int | None, ...], dtype: str) -> None:
        self.shape, self.dtype = shape, dtype

"""From a definition to the nodes that compute it.

    trace = Trace()
    x = trace.input((None, 3), "float32")
    y = model.call(x)                        every layer inside that has its own `forward` becomes
    nodes, output = trace.nodes, trace.node_of(y)      a node; the `ops` in between become others

A definition is run once, on symbols. A layer with hand-derived `forward` and `backward` is not
entered: it becomes a node, and its output a new symbol. Whatever `ops` compute from such symbols
becomes a node as well, a `Segment`, which is differentiated by its graph. So a model written in
`call` computes by the same nodes as any other.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scratch import definitions, ops, structure
from scratch.activations.apply import logits_in
from scratch.logits import set_logits
from scratch.node import Node
from scratch.ops.graph import Symbol, variable_leaf
from scratch.ops.operation import to_symbol
from scratch.ops.sources import VARIABLE, ancestors
from scratch.variable import Variable


def tracing(trace: "Trace | None") -> contextlib.AbstractContextManager[None]:
    """Within it, `trace` is under way; None hides the one outside."""
    return definitions.tracing.pushed(trace)


class Trace:
    """The nodes found so far.

    Attributes:
        nodes: in the order in which they compute.
        losses: the nodes whose output joins the loss (`add_loss`).
        describes: whether the nodes will never compute: only shapes are asked for.
        shows_numbers: whether a definition, because it is run in every batch, may look at the
            numbers of a variable.
    """

    describes = False
    shows_numbers = False
    # From a softmax or a sigmoid to the layer that computes it: a loss may read what stands before
    # it. `layers.heads` registers the function; of any other symbol it gives None.
    head_of: ClassVar[Callable[[Symbol], Any]] = staticmethod(lambda symbol: None)

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.losses: list[Node] = []
        self._home: dict[int, tuple[Symbol, Node]] = {}  # from a symbol's number; keeps it alive
        # Of variables that were assigned to: what each is now, and what it was, by number.
        self._now: dict[Variable, Symbol] = {}
        self._readings: dict[int, Variable] = {}
        self._unread: dict[int, Node] = {}  # whose z nobody has asked for, from z's number

    @classmethod
    def of(cls, inputs: Sequence[Any]) -> "Trace":
        """A trace that describes what comes of the symbols among `inputs`."""
        trace = cls()
        trace.describes = True
        for x in inputs:
            if isinstance(x, Symbol):
                trace._bind(x, trace._add(Node(None)))
        return trace

    def input(self, shape: Sequence[int | None], dtype: str, name: str | None = None) -> Symbol:
        """A new input of the network."""
        return self._bind(Symbol.leaf(name, shape, dtype), self._add(Node(None)))

    def use(
        self,
        layer: Any,
        inputs: Sequence[Symbol],
        specs: Sequence[Any],
        mask: Any = None,
        training: bool = False,
    ) -> list[Symbol]:
        """The outputs of a layer, applied to `inputs`.

        Args:
            layer: has `forward` and `backward`.
            inputs: what they get.
            specs: the outputs' shapes and types.
            mask: which the layer is to heed, or None.
            training: whether the node is for training.
        """
        node = Node(layer, [self.node_of(x) for x in inputs])
        node.training = training
        if mask is not None:
            node.mask_source = self.node_of(mask)
        self._add(node)
        if len(specs) == 1:
            y = self._leaf(specs[0], node)
            self._know_logits(y, node)
            return [y]
        return [self._leaf(spec, self._add(Node(Part(i), [node]))) for i, spec in enumerate(specs)]

    def add_loss(self, loss: Symbol) -> Node:
        """Adds `loss` to the loss of the network; returns its node."""
        node = self.node_of(loss)
        self.losses.append(node)
        return node

    def assign(self, variable: Variable, value: Any) -> Symbol:
        """Makes the network assign `value` to `variable` in every forward pass; returns it.

        What was computed from the variable before has its old value, what comes after the new one.
        """
        symbol = ops.cast(to_symbol(value), variable.dtype)
        value = self.node_of(symbol)
        before = variable_leaf(variable)
        if before.serial not in self._home:
            self._bind(before, self._add(Node(Reading(variable))))
        self._add(Node(Assignment(variable), [value]))
        self._now[variable] = now = self._leaf(before, self._add(Node(Reading(variable))))
        self._readings |= {before.serial: variable, now.serial: variable}
        return symbol

    def now(self, x: Symbol) -> Symbol:
        """`x`; of a variable that the definition has assigned to, what stands for it now."""
        variable = self._readings.get(x.serial)
        return x if variable is None else self._now[variable]

    def perform(
        self,
        function: Callable,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Makes the network call a function of arrays, for what it does, in every forward pass.

        Args:
            function: what is called.
            args, kwargs: with what; symbols in them, at any depth, will be arrays.
        """
        call = Performed(function, args, kwargs or {})
        self._add(Node(call, [self.node_of(x) for x in call.symbols]))

    def draw(self, function: Callable, shape: Sequence[Any], dtype: str) -> Symbol:
        """Random numbers, drawn anew in every forward pass.

        Args:
            function: from the sizes of the axes to an array.
            shape: the sizes, symbols where only the pass will know them.
            dtype: of the array.
        """
        unknown = [n for n in shape if isinstance(n, Symbol)]
        spec = Symbol.leaf(None, [None if isinstance(n, Symbol) else n for n in shape], dtype)
        return self.use(Draw(function, shape), unknown, [spec])[0]

    def node_of(self, symbol: Symbol) -> Node:
        """The node that computes `symbol`, made where there is none yet."""
        symbol = self.now(symbol)
        found = self._home.get(symbol.serial)
        if found is not None:
            return found[1]
        head = Trace.head_of(symbol)
        if head is not None:
            node = Node(head, [self.node_of(symbol.inputs[0])])
        else:
            read = ancestors([symbol], self._bound())
            self._bind_logits(read)
            bound = [self._home[x.serial][0] for x in read if x.serial in self._home]
            node = Node(Segment(symbol, bound), [self._home[x.serial][1] for x in bound])
        self._bind(symbol, self._add(node))
        return node

    def _know_logits(self, y: Symbol, node: Node) -> None:
        """Lets a loss find the logits behind the output of a node (quirk K2)."""
        if not activates(node):
            return
        z = Symbol.leaf("logits", y.shape, y.dtype)
        with tracing(None):
            logits = logits_in(node.layer.activation, z)
        if logits is not None:
            set_logits(y, logits)
            self._unread[z.serial] = node

    def _bind_logits(self, read: Sequence[Symbol]) -> None:
        for z in read:
            node = self._unread.pop(z.serial, None)
            if node is not None:
                node.fused = node.keeps_z = True
                self._bind(z, self._add(Node(BeforeActivation(), [node])))

    def _bound(self) -> list[Symbol]:
        return [symbol for symbol, _ in self._home.values()]

    def _add(self, node: Node) -> Node:
        self.nodes.append(node)
        return node

    def _bind(self, symbol: Symbol, node: Node) -> Symbol:
        self._home[symbol.serial] = (symbol, node)
        return symbol

    def _leaf(self, spec: Any, node: Node) -> Symbol:
        return self._bind(Symbol.leaf(node.layer.name, spec.shape, spec.dtype), node)


def activity(node: Node) -> Any:
    """The mean penalty on a node's outputs; None for an empty batch."""
    outputs = node.y if isinstance(node.y, list) else [node.y]
    penalties = [node.activity_regularizer(y) / len(y) for y in outputs if len(y)]
    return sum(penalties) if penalties else None


class AddedLoss:
    """What a layer adds to the loss where a network computes it: that of the last batch.

    Args:
        node: whose output it is, or whose output it penalizes.
        penalty: from that output to the number.
    """

    def __init__(self, node: Node, penalty: Callable[[Node], Any]) -> None:
        self._node, self._penalty = node, penalty

    def value(self) -> Any:
        """The number; 0 before the first batch."""
        found = None if self._node.y is None else self._penalty(self._node)
        return np.float32(0) if found is None else np.asarray(found)

    def __reduce__(self) -> tuple:
        return np.array, (self.value(),)  # a copy has nothing to do with the network


class Use:
    """What a node needs of a layer and that these small ones don't have: weights."""

    supports_masking = False
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


class Segment(Use):
    """Some `ops` between layers, differentiated by their graph.

    Args:
        output: the symbol that it computes.
        inputs: the symbols from which it does so.
    """

    def __init__(self, output: Symbol, inputs: Sequence[Symbol]) -> None:
        given = {x.serial for x in inputs}
        variables = [
            x.attributes["variable"]
            for x in ancestors([output], inputs)
            if x.op is VARIABLE and x.serial not in given
        ]
        self.trainable_variables = [v for v in variables if v.trainable]
        self.others = [v for v in variables if not v.trainable]
        self._output, self._inputs = output, list(inputs)
        self._program = ops.Program([output], self._inputs)
        self._derivatives: dict[tuple, tuple[ops.Program, list[bool]]] = {}

    def forward(self, x: Any, node: Node) -> np.ndarray:
        node.x = x if len(self._inputs) != 1 else [x]
        # Backward must see what forward saw, also where a variable is assigned to in between.
        node.saved["others"] = {v: v.numpy() for v in self.others}
        return self._program(*node.x)[0]

    def backward(self, dy: np.ndarray, node: Node) -> Any:
        """By the graph of the derivatives, which is built when it is first asked for."""
        trained = [v for v in self.trainable_variables if node.trains(v)]
        wanted = self._inputs if node.needs_dx else []
        key = (node.needs_dx, *trained)
        if key not in self._derivatives:
            upstream = Symbol.leaf("dy")
            # One input may have been computed from another: by a node of its own.
            found = ops.gradient(self._output, [*wanted, *trained], upstream, given=self._inputs)
            present = [d for d in found if d is not None]
            program = ops.Program(present, [*self._inputs, upstream])
            self._derivatives[key] = program, [d is not None for d in found]
        program, exists = self._derivatives[key]
        computed = iter(program(*node.x, dy, variables=node.saved["others"]))
        found = [next(computed) if there else None for there in exists]
        for variable, gradient in zip(trained, found[len(wanted) :], strict=True):
            if gradient is not None:
                node.gradient(variable)[...] = gradient
        if not wanted:
            return None
        return found[0] if len(wanted) == 1 else found[: len(wanted)]


class Part(Use):
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
        self.symbols = [x for x in structure.flatten(self._arguments) if isinstance(x, Symbol)]

    def forward(self, x: Any, node: Node) -> Any:
        """The result."""
        arrays = iter(x if len(self.symbols) != 1 else [x])
        args, kwargs = structure.map_structure(
            lambda a: next(arrays) if isinstance(a, Symbol) else a, self._arguments
        )
        return self._function(*args, **kwargs)


class BeforeActivation(Use):
    """The z of a node that gives y = f(z). Its derivative joins what comes through f."""

    def forward(self, x: Any, node: Node) -> Any:
        """z, as the node of y = f(z) has kept it."""
        return node.inputs[0].z

    def backward(self, dy: Any, node: Node) -> None:
        """Adds dy to the dz of the node whose z this is."""
        (source,) = node.inputs
        source.dz = dy if source.dz is None else source.dz + dy


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
        if node.trains(self._variable):
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


def activates(node: Node) -> bool:
    """Whether a node's output is that of its layer's `activation`, and its input is kept as z."""
    layer = node.layer
    changed = node.mask_source is not None and getattr(layer, "masks_output", False)
    return hasattr(layer, "backward_activation") and not changed

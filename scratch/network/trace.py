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
from typing import Any

import numpy as np

from scratch import ops
from scratch.context import definitions
from scratch.network.node import Node
from scratch.network.pairs import function_of_logits, has_logits
from scratch.network.uses import (
    Activity,
    Assignment,
    Draw,
    Head,
    Last,
    LayerHead,
    Output,
    Performed,
    Reading,
    Segment,
)
from scratch.ops.graph.logits import set_logits
from scratch.ops.graph.operation import to_symbol
from scratch.ops.graph.sources import ancestors
from scratch.ops.graph.symbol import Symbol, variable_leaf
from scratch.variables.variable import Variable


def tracing(trace: "Trace | None") -> contextlib.AbstractContextManager[None]:
    """Within it, `trace` is under way; None hides the one outside."""
    return definitions.tracing.pushed(trace)


class Trace:
    """The nodes found so far.

    Attributes:
        nodes: in the order in which they compute.
        penalties, losses: the nodes whose output joins the loss: penalties on what layers give,
            and what `add_loss` was given.
        describes: whether the nodes will never compute: only shapes are asked for.
        shows_numbers: whether a definition, because it is run in every batch, may look at the
            numbers of a variable.
    """

    describes = False
    shows_numbers = False

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.penalties: list[Node] = []
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
        return [
            self._leaf(spec, self._add(Node(Output(i), [node]))) for i, spec in enumerate(specs)
        ]

    def penalize(self, node: Node, regularizer: Any) -> Node:
        """Adds the penalty on what `node` computes to the loss of the network; returns its node."""
        penalty = self._add(Node(Activity(regularizer), [node]))
        self.penalties.append(penalty)
        return penalty

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
        head = _head_of(symbol)
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
        if activates(node) and has_logits(node.layer.activation):
            z = Symbol.leaf("logits", y.shape, y.dtype)
            set_logits(y, z)
            self._unread[z.serial] = node

    def _bind_logits(self, read: Sequence[Symbol]) -> None:
        for z in read:
            node = self._unread.pop(z.serial, None)
            if node is not None:
                self._bind(z, split(node, self.nodes))

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


class AddedLoss:
    """What a layer adds to the loss where a network computes it: that of the last batch.

    Args:
        node: whose output it is; one that is computed with the loss alone is computed now.
    """

    def __init__(self, node: Node) -> None:
        self._node = node

    def value(self) -> Any:
        """The number; 0 before the first batch."""
        node = self._node
        if isinstance(node.layer, Last):
            given = node.inputs[0].y
            return np.float32(0) if given is None else node.layer.forward(given, node)
        return np.float32(0) if node.y is None else np.asarray(node.y)

    def __reduce__(self) -> tuple:
        return np.array, (self.value(),)  # a copy has nothing to do with the network


def activates(node: Node) -> bool:
    """Whether a node's output is f(z) for the `activation` f of its layer, and z may be read."""
    layer = node.layer
    changed = node.mask_source is not None and getattr(layer, "masks_output", False)
    return getattr(layer, "ends_in_activation", False) and not changed


def split(node: Node, nodes: list[Node]) -> Node:
    """The node of the z of a node that gives y = f(z); made, where `node` computes both.

    Args:
        node: its layer ends in an activation.
        nodes: among which the new one takes its place.
    """
    layer = node.layer
    body = getattr(layer, "before_activation", None)
    if body is None:
        return node.inputs[0]
    before = Node(body(), node.inputs)
    before.training, before.trainable = node.training, node.trainable
    node.layer = LayerHead(layer)
    node.inputs = (before,)
    nodes.insert(nodes.index(node), before)
    return before


def _head_of(symbol: Symbol) -> Head | None:
    """What computes a softmax or a sigmoid, for a loss to read what stands before it; else None."""
    axis = symbol.attributes.get("axis", -1)
    if not getattr(symbol.op, "of_logits", False) or axis is None or isinstance(axis, tuple):
        return None
    f = function_of_logits(symbol.op.name)
    return None if f is None else Head(f, str(symbol.dtype), axis, name=symbol.op.name)

"""A pass as a straight line of calls, decided once, written down and run.

    matmul(x, dense_kernel, dense_z)                   forward, node after node
    add(dense_z, dense_bias, dense_z)
    tanh_forward(dense_z, dense_z)
    ...
    tanh_backward(dense_dy, dense_z, dense_dz)         backward, in reverse
    matmul(x.T, dense_dz, dense_kernel_gradient)

What a node computes, with which function, into which memory: a first pass decides it, and every
pass after it decides the same again. A plan writes the calls themselves down, as lines of Python in
which arrays and functions are names, and compiles them. A layer says beside its `forward` and
`backward` what these come to (`plan_forward`, `plan_backward`); one that does not is one line, the
call of its `forward`. The digits are those of the passes, since the calls are the same.

Only networks of one input and one output are planned, without masks, and without weights that
several nodes share. Between the two, paths may part and meet.
"""

import itertools
import keyword
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.kernels import table
from scratch.kernels.openblas import one_thread
from scratch.kernels.products import product_of, transposed_matmul
from scratch.kernels.table import Kernel
from scratch.network.network import Network
from scratch.network.node import Node
from scratch.variables.variable import Variable

TOTAL = np.add.reduce  # one object, so that lines call it by one name


class Plan:
    """Lines, and what the names in them stand for.

    Attributes:
        lines: what is computed, one after the other.
        bound: arrays and functions by the names that lines call them.
        y: of each node the name of its output, once its line is written.
        kept: of each node what its backward lines need of its forward lines: names.
        computed: what operations on named arrays gave, so that none is written down twice.
        read: the variables whose arrays the lines know.
        opaque: names of functions that take arrays apart: what they do cannot be followed.
        alone: whether all lines are computed on one thread of the BLAS.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.bound: dict[str, Any] = {}
        self.y: dict[Node, str] = {}
        self.kept: dict[Node, Any] = {}
        self.computed: dict[str, str] = {}
        self.read: list[Variable] = []
        self.opaque: set[str] = set()
        self.alone = False
        # Lines that another one may take in, where compiled kernels pass over memory once: of sums
        # z + b, and of derivatives dz. Their numbers, and what is to be known of them.
        self._sums: dict[str, tuple[int, str]] = {}
        self._slopes: dict[str, tuple[int, str, str]] = {}
        # And of outer products, which an optimizer may take in: by the name of the gradient.
        self._outers: dict[str, tuple[int, str, str]] = {}
        self._names: dict[int, str] = {}
        self._taken: set[str] = {"one_thread"}

    # Names and lines ------------------------------------------------------------------------------

    def name(self, thing: Any, wanted: str) -> str:
        """The name by which lines call an object; `wanted`, where that is still free.

        Of a kernel, lines call the function that was chosen for it.
        """
        if thing.__class__ is Kernel:
            thing = thing.chosen
        known = self._names.get(id(thing))
        if known is None:
            known = self._names[id(thing)] = self.result(wanted)
            self.bound[known] = thing
        return known

    def product(self, x: tuple[int, ...], y: tuple[int, ...]) -> str:
        """The name of what computes products of arrays of such shapes."""
        function, alone = product_of(x, y)
        self.alone = self.alone or alone
        return self.name(function, "matmul" if function is np.matmul else "matmul_in_blocks")

    def result(self, wanted: str) -> str:
        """A new name, for what a line computes."""
        plain = re.sub(r"\W", "_", wanted)
        if not plain.isidentifier() or keyword.iskeyword(plain):
            plain = f"_{plain}"
        # Of so many names one is free.
        names = itertools.chain([plain], (f"{plain}_{n}" for n in range(2, len(self._taken) + 2)))
        found = next(name for name in names if name not in self._taken)
        self._taken.add(found)
        return found

    def line(self, text: str) -> None:
        """Writes a line down."""
        self.lines.append(text)

    def weight(self, layer: Any, variable: Variable) -> str:
        """The name of a weight's array."""
        return self.variable(variable, f"{layer.name}_{variable.name}")

    def variable(self, variable: Variable, wanted: str) -> str:
        """The name of a variable's array; it may belong to another model, or to none."""
        self.read.append(variable)
        return self.name(variable.array, wanted)

    def gradient(self, layer: Any, variable: Variable, node: Node) -> str:
        """The name of the memory for dL/d(variable)."""
        return self.name(node.gradient(variable), f"d_{layer.name}_{variable.name}")

    def buffer(self, node: Node, name: str, shape: tuple[int, ...], dtype: Any) -> str:
        """The name of a node's working memory; arguments as of `Node.buffer`."""
        return self.name(node.buffer(name, shape, dtype), f"{node.layer.name}_{name}")

    @staticmethod
    def says(thing: Any, lines: str, method: str) -> bool:
        """Whether a method of that name, `lines`, says what another one of the thing comes to.

        Not where a subclass, or somebody on the object itself, has redefined that one.
        """
        if method in vars(thing):
            return False
        newest = next(c for c in type(thing).__mro__ if method in vars(c) or lines in vars(c))
        return lines in vars(newest)

    # Passes ---------------------------------------------------------------------------------------

    def forward(self, network: Network, x: str) -> str:
        """The lines of `Network.forward`, but for the losses; returns the name of the output.

        Args:
            network: has computed a batch of the very shape for which the plan is made.
            x: what the lines call the input.
        """
        self.y[network.source] = x
        for node in network.computing:
            names = [self.y[parent] for parent in node.inputs]
            given = names[0] if len(names) == 1 else names
            if self.says(node.layer, "plan_forward", "forward"):
                self.y[node] = node.layer.plan_forward(self, node, given)
            else:
                self.y[node] = self.call_forward(node, given)
        for node in filter(None, [network.output, *network.logits]):
            # Losses, and whoever wants to know the logits of an output, look for them there.
            title = "input" if node is network.source else node.layer.name
            self.line(f"{self.name(node, f'{title}_node')}.y = {self.y[node]}")
        return self.y[network.output]

    def call_forward(self, node: Node, x: str | list[str]) -> str:
        """The line that calls `forward`; returns the name of y."""
        x = x if isinstance(x, str) else f"[{', '.join(x)}]"
        name = self.name(node, f"{node.layer.name}_node")
        forward = self.name(node.layer.forward, f"{node.layer.name}_forward")
        y = self.result(f"{node.layer.name}_y")
        self.line(f"{y} = {name}.y = {forward}({x}, {name})")
        return y

    def backward(self, network: Network, found: dict[Node, str]) -> bool:
        """The lines of `Network.backward`; whether they say all that it does.

        Args:
            network: see `forward`.
            found: of nodes that the loss reads the names of dL/d(output).
        """
        for node in network.returning:
            if node.layer.trainable_variables and (node.slices is not None or node.unreached):
                return False
            dy = found.get(node)
            if dy is None:  # nothing that reached the loss depends on it
                if node.trained:
                    return False
                continue
            if self.says(node.layer, "plan_backward", "backward"):
                dx = node.layer.plan_backward(self, node, dy)
            else:
                dx = self.call_backward(node, dy)
            if dx is None or not node.needs_dx:
                continue
            for parent, part in zip(node.inputs, [dx] if isinstance(dx, str) else dx, strict=True):
                if part is not None and parent.layer is not None:  # no input of the network
                    self._collect(parent, part, found)
        return True

    def _collect(self, parent: Node, dy: str, found: dict[Node, str]) -> None:
        """The line of `Node.collect`, if it comes to any."""
        if parent in found:
            total = self.buffer(parent, "dy", parent.dy.shape, parent.dy.dtype)
            self.line(f"{self.name(np.add, 'add')}({found[parent]}, {dy}, {total})")
            dy = total
        found[parent] = dy

    def call_backward(self, node: Node, dy: str) -> Any:
        """The line that calls `backward`; returns the name of dx, or a list for several inputs.

        None stands for a dx that the last backward pass did not find.
        """
        name = self.name(node, f"{node.layer.name}_node")
        backward = self.name(node.layer.backward, f"{node.layer.name}_backward")
        call = f"{backward}({dy}, {name})"
        if not node.sent:
            self.line(call)
            return None
        names = [self.result(f"{node.layer.name}_dx") for _ in node.inputs]
        self.line(f"{', '.join(names)} = {call}")
        found = [dx if sent else None for dx, sent in zip(names, node.sent, strict=True)]
        return found[0] if len(found) == 1 else found

    def apply(self, activation: Any, z: str, node: Node, in_place: bool = True) -> str:
        """The line of `network.apply.apply`; returns the name of y."""
        pair, title = node.pair, _title(activation)
        apart = pair.reads_z or not in_place
        y = self.buffer(node, "y", node.z.shape, node.z.dtype) if apart else z
        of_sum = getattr(pair, "forward_of_sum", None)
        before, bias = self._sums.get(z, (None, ""))
        if of_sum is not None and y == z and before == len(self.lines) - 1:
            self.lines.pop()
            self.line(f"{self.name(of_sum, f'{title}_of_sum')}({z}, {bias}, {y})")
        else:
            forward = self.name(pair.forward, f"{title}_forward")
            y = self._call(f"{forward}({z}, {y})", y, f"{node.layer.name}_y", pair.writes)
        self.kept[node] = z, y
        return y

    def apply_backward(self, activation: Any, dy: str, node: Node) -> str:
        """The line of `network.apply.apply_backward`; returns the name of dz."""
        z, y = self.kept[node]
        pair, title = node.pair, _title(activation)
        source = node.z if pair.reads_z else node.y
        dz = self.buffer(node, "dz", source.shape, source.dtype)
        backward = self.name(pair.backward, f"{title}_backward")
        arguments = f"{dy}, {z if pair.reads_z else y}, {dz}"
        and_sum = getattr(pair, "backward_and_sum", None)
        if and_sum is not None and self._passes_once:
            called = self.name(and_sum, f"{title}_backward_and_sum")
            self._slopes[dz] = len(self.lines), called, arguments
        return self._call(f"{backward}({arguments})", dz, f"{node.layer.name}_dz", pair.writes)

    def add_bias(self, z: str, bias: str) -> None:
        """The line of `z += bias`."""
        if self._passes_once:
            self._sums[z] = len(self.lines), bias
        self.line(f"{self.name(np.add, 'add')}({z}, {bias}, {z})")

    def sum_rows(self, dz: str, db: str) -> None:
        """The line of `db = sum of dz over its rows`, of two axes."""
        if dz in self._slopes:
            number, called, arguments = self._slopes[dz]
            self.lines[number] = f"{called}({arguments}, {db})"
        else:
            self.line(f"{self.name(TOTAL, 'total')}({dz}, 0, None, {db})")

    def outer(self, x: str, dz: str, dW: str) -> None:
        """The line of `dW = x^T dz`, of a single row."""
        if self._passes_once:
            self._outers[dW] = len(self.lines), x, dz
        self.line(f"{self.name(transposed_matmul, 'transposed_matmul')}({x}, {dz}, {dW})")

    def take_outers(self, g: np.ndarray) -> list[tuple[int, str, str]]:
        """Outer products that are written into a vector of gradients, and read by no line yet.

        Their lines are left out: whoever takes them computes them.

        Returns:
            Of each its place in `g`, and the names of its factors, in order.
        """
        taken = []
        for dW, (number, x, dz) in self._outers.items():
            array = self.bound[dW]
            away = array.__array_interface__["data"][0] - g.__array_interface__["data"][0]
            inside = 0 <= away <= g.nbytes - array.nbytes and array.flags.c_contiguous
            used = re.compile(rf"\b{dW}\b")
            if inside and sum(bool(used.search(line)) for line in self.lines) == 1:
                self.lines[number] = f"# {dW}: the optimizer computes it"
                taken.append((away // g.itemsize, x, dz))
        return sorted(taken)

    @property
    def _passes_once(self) -> bool:
        """Whether kernels that compute two things at once are faster than two."""
        return table.chosen() == "compiled"

    def _call(self, call: str, memory: str, wanted: str, writes: bool) -> str:
        """The line of a call, and the name of what it gives: the memory, if it writes there."""
        if writes:
            self.line(call)
            return memory
        found = self.result(wanted)
        self.line(f"{found} = {call}")
        return found

    # What comes of it -----------------------------------------------------------------------------

    def source(self, name: str, arguments: str, returns: str) -> str:
        """The text of the function."""
        lines = [*self.lines, f"return {returns}"]
        if self.alone:
            self.bound["one_thread"] = one_thread
            lines = ["with one_thread:", *(f"    {line}" for line in lines)]
        return "\n    ".join([f"def {name}({arguments}):", *lines]) + "\n"

    def function(self, name: str, arguments: str, returns: str) -> Callable:
        """The function, compiled."""
        namespace = dict(self.bound)
        text = self.source(name, arguments, returns)
        exec(compile(text, f"<plan of {name}>", "exec"), namespace)
        return namespace[name]


def _title(activation: Any) -> str:
    function = getattr(activation, "func", activation)
    return getattr(function, "__name__", type(function).__name__)

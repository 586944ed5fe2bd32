"""A node: one use of one layer.

A layer holds weights; a node holds everything that belongs to a single use of it: its inputs, the
output it last computed, working memory, and the slots into which its gradients go. So a layer that
is used twice has two nodes, and predicting in the middle of training disturbs nothing.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from scratch.variables.indexed_slices import Slices
from scratch.variables.variable import Variable


class Node:
    """One use of one layer (or of a loss).

    Args:
        layer: what is used; None for an input of the network.
        inputs: the nodes whose outputs it reads.

    Attributes:
        x, z, y: input, value before the activation, and output of the last forward pass, as far
            as `backward` needs them.
        dy: dL/dy, collected from all nodes that read `y`, during a backward pass.
        training: whether the node is for training.
        trainable: whether the layer was trainable when the node was made: what is changed later
            counts when the model is compiled again.
        mask_source, input_mask: the node that computes the mask of the input, and that mask; None
            where the input has none.
        needs_dx: whether anybody wants dL/dx. The first layer of a network need not compute it.
        wanted: of which of the inputs.
        sent: to which of the inputs the last backward pass sent dL/dx back; empty for none.
        trained: the layer's weights that are trained in this network: `backward` is to find dL/dw.
        shared: those of them that other nodes use too.
        written: those whose gradient `backward` has asked for in its last run, to write it.
        unreached: those of them that a backward pass found no way to: dL/dw does not exist.
        slices: of the last backward pass, where the gradient of the weight is made of slices.
        dvariables: of the last backward pass of a loss or a penalty that is a definition: dL/dw of
            weights that it reads and no layer owns for it.
    """

    def __init__(self, layer: Any, inputs: Sequence["Node"] = ()) -> None:
        self.layer = layer
        self.inputs = tuple(inputs)
        self.x: Any = None
        self.z: Any = None
        self.y: Any = None
        self.dy: Any = None
        self.training = False
        self.trainable = getattr(layer, "trainable", True)
        self.needs_dx, self.wanted = True, [True] * len(self.inputs)
        self.sent: list[bool] = []
        self.mask_source: Node | None = None
        self.input_mask: Any = None
        self.trained: dict[Variable, None] = {}  # in their order
        self.shared: set[Variable] = set()
        self.written: set[Variable] = set()
        self.unreached: set[Variable] = set()
        self.slices: Slices | None = None
        self.dvariables: dict[Variable, np.ndarray] = {}
        self.saved: dict[str, Any] = {}  # whatever else a backward pass needs from its forward
        self.activation: Any = None  # the last one that was applied
        self.pair: Any = None  # its hand-derived pair, or that of a loss
        self._buffers: dict[str, np.ndarray] = {}
        self._slots: dict[Variable, np.ndarray] = {}

    def buffer(self, name: str, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        """Working memory called `name`, the same block in every step; its content is undefined.

        A smaller last batch gets the first rows of the block.
        """
        block = self._buffers.get(name)
        if block is not None and block.dtype == dtype:
            if block.shape == shape:
                return block
            if shape and block.shape[1:] == shape[1:] and block.shape[0] > shape[0]:
                return block[: shape[0]]
        block = self._buffers[name] = np.empty(shape, dtype)
        return block

    @property
    def memory(self) -> list[np.ndarray]:
        """All that the node computes in: its working memory, and its slots for gradients."""
        return [*self._buffers.values(), *self._slots.values()]

    @contextlib.contextmanager
    def handing_out(self, seen: Callable[[np.ndarray], np.ndarray]) -> Iterator[None]:
        """Inside the `with` block, layers get the node's memory as `seen` shows it."""
        before, values = (self._buffers, self._slots), (self.y, self.z)
        self.y, self.z = shown = [seen(v) if v.__class__ is np.ndarray else v for v in values]
        self._buffers = {name: seen(block) for name, block in self._buffers.items()}
        self._slots = {variable: seen(slot) for variable, slot in self._slots.items()}
        try:
            yield
        finally:
            self._buffers, self._slots = before
            now = self.y, self.z  # what was set in the block stays
            self.y, self.z = (
                v if b is a else b for v, a, b in zip(values, shown, now, strict=True)
            )

    def gradient(self, variable: Variable) -> np.ndarray:
        """Where `backward` writes dL/d(variable): the whole array, overwritten.

        It is the variable's own gradient, unless other nodes use the variable too; then it is this
        node's slot, and the network adds the slots up.
        """
        self.written.add(variable)
        if variable not in self.shared:
            assert variable.gradient is not None
            return variable.gradient
        slot = self._slots.get(variable)
        if slot is None:
            slot = self._slots[variable] = np.empty_like(variable.array)
        return slot

    def no_gradients(self, variables: Iterable[Variable]) -> None:
        """Puts zeros where dL/d(variable) does not exist."""
        for variable in variables:
            self.gradient(variable)[...] = 0
            if variable not in self.shared:
                variable.slices = None
            self.unreached.add(variable)

    def collect(self, dy: Any) -> None:
        """Adds `dy` to what other readers of this node's output have sent back.

        Of a layer with several outputs it is a list, with None where nothing was sent.
        """
        if self.dy is None:
            self.dy = dy
        elif isinstance(dy, list):
            self.dy = [
                b if a is None else a if b is None else a + b
                for a, b in zip(self.dy, dy, strict=True)
            ]
        else:
            # Not in place: the first dy is somebody else's working memory.
            self.dy = np.add(self.dy, dy, out=self.buffer("dy", self.dy.shape, self.dy.dtype))

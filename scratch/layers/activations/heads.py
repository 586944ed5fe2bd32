"""A softmax or a sigmoid in `ops`, as a layer: a loss may read what stands before it."""

from typing import Any

from scratch import activations
from scratch.layers.activations.activation import Activation
from scratch.layers.activations.softmax import Softmax
from scratch.network.trace import Trace
from scratch.ops.graph.symbol import Symbol


def head_of(symbol: Symbol) -> Any:
    """The layer that computes a symbol, where that is an operation on logits; else None."""
    if not getattr(symbol.op, "of_logits", False):
        return None
    axis = symbol.attributes.get("axis", -1)
    if axis is None or isinstance(axis, tuple):
        return None
    if axis != -1:
        return Softmax(axis, dtype=symbol.dtype, name="softmax")
    return Activation(activations.get(symbol.op.name), dtype=symbol.dtype, name=symbol.op.name)


Trace.head_of = staticmethod(head_of)

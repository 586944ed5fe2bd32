"""What a drawing of a model shows: a box for each layer, an arrow where one reads another's output.

This is the same whoever draws: Graphviz (`model_plot`) or this library by itself (`model_svg`).
"""

import itertools
from typing import Any, NamedTuple

from scratch import tree

# A line of a box: pieces of text, and whether each is bold.
Row = list[tuple[str, bool]]
_SIDES = ("Input", "Output")


class Told(NamedTuple):
    """What a box tells besides the layer's class; the arguments of `plot_model`."""

    show_shapes: bool = False
    show_dtype: bool = False
    show_layer_names: bool = True
    show_layer_activations: bool = False
    show_trainable: bool = False

    def rows(self, layer: Any) -> list[Row]:
        """The lines of a layer's box."""
        kind = kind_of(layer)
        rows: list[Row] = [
            [(layer.name, True), (f" ({kind})", False)] if self.show_layer_names else [(kind, True)]
        ]
        if self.show_layer_activations and getattr(layer, "activation", None) is not None:
            rows.append([("Activation: ", False), (_name(layer.activation), True)])
        if self.show_shapes:
            rows += [[(f"{side} shape: ", False), (_shapes(layer, side), True)] for side in _SIDES]
        if self.show_dtype:
            dtype = str(getattr(layer, "compute_dtype", "?"))
            rows.append([("Output dtype: ", False), (dtype, True)])
        if self.show_trainable and getattr(layer, "weights", None):
            rows.append([("Trainable" if layer.trainable else "Non-trainable", True)])
        return rows


def kind_of(layer: Any) -> str:
    """The class of a layer; of a function of `ops`, the one that it has in Keras."""
    return getattr(layer, "class_name", type(layer).__name__)


def _name(activation: Any) -> str:
    return getattr(activation, "__name__", None) or type(activation).__name__


def _shapes(layer: Any, side: str) -> str:
    calls = getattr(layer, "inbound_calls", [])
    if not calls:
        return "?"
    outputs = tree.flatten(calls[0].outputs)
    # What an InputLayer is given is what it gives.
    tensors = calls[0].inputs or outputs if side == "Input" else outputs
    return ", ".join(str(tuple(t.shape)) for t in tensors)


def boxes(model: Any) -> list[Any]:
    """What is drawn of a model: its layers, and the functions of `ops` that it calls.

    A subclass with a `call` of its own is one box, as in Keras: how its layers hang together is
    known to `call` alone.
    """
    graph = getattr(model, "graph", None)
    if graph is not None:
        return list(graph.operations)
    return list(model.layers) if is_stack(model) else [model]


def is_stack(model: Any) -> bool:
    """Whether this is a `Sequential`, which keeps itself as a functional model once it is built."""
    return hasattr(model, "_functional")


def opens(layer: Any) -> bool:
    """Whether there is something to see inside: a model with layers that are known to be joined."""
    return getattr(layer, "graph", None) is not None or is_stack(layer)


def arrows(model: Any) -> list[tuple[Any, Any]]:
    """The pairs of boxes of which one reads what the other gives; in a stack, one the next."""
    graph = getattr(model, "graph", None)
    if graph is None:
        return list(itertools.pairwise(boxes(model)))
    known = {id(layer) for layer in graph.operations}
    pairs = {
        (id(source), id(call.operation)): (source, call.operation)
        for call in graph.calls
        for tensor in call.inputs
        for source in [tensor.keras_history[0]]
        if id(source) in known and id(call.operation) in known
    }
    return list(pairs.values())

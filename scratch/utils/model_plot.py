"""A drawing of a model: its layers as boxes, its tensors as arrows, laid out by Graphviz.

The program `dot` draws, by way of Graphviz's own Python package (`pip install graphviz`); nothing
else here needs either.
"""

import itertools
import os
from html import escape
from typing import Any

from scratch import tree
from scratch.files.whole import write_whole


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Any:
    """The drawing as a `graphviz.Digraph` (`keras.utils.model_to_dot`).

    Args:
        model: built.
        show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable: what a
            box tells.
        rankdir: `"TB"` from top to bottom, `"LR"` from left to right.
        expand_nested: whether models inside the model are drawn as frames around their layers.
        dpi: dots per inch.
        subgraph: whether it becomes a frame of another drawing: `outer.subgraph(this)`. Then
            `rankdir`, `dpi` and `splines` are those of the other.
        splines: how arrows run.

    Raises:
        ValueError: for a model that is not built.
        ImportError: where the package `graphviz` is missing.
    """
    if not model.built:
        raise ValueError(
            "This model has not yet been built. Build the model first by calling `build()` or by "
            "calling the model on a batch of data."
        )
    try:
        import graphviz
    except ImportError as error:
        raise ImportError(
            "You must install graphviz (`pip install graphviz`, and the program itself from "
            "https://graphviz.org/download) for `plot_model` to work."
        ) from error
    settings = {"rankdir": rankdir, "dpi": str(dpi), "splines": splines, "concentrate": "true"}
    dot = graphviz.Digraph(
        f"cluster_{id(model)}" if subgraph else model.name,
        graph_attr=_frame(model) if subgraph else settings,
        node_attr={"shape": "plaintext", "fontname": "Helvetica", "margin": "0"},
        edge_attr={"penwidth": "2"},
    )

    def label(layer: Any) -> str:
        rows = [_head(layer, show_layer_names)]
        if show_layer_activations and getattr(layer, "activation", None) is not None:
            rows.append(f"Activation: <b>{escape(_name(layer.activation))}</b>")
        if show_shapes:
            rows += [f"{side} shape: <b>{escape(_shapes(layer, side))}</b>" for side in _SIDES]
        if show_dtype:
            rows.append(f"Output dtype: <b>{escape(str(getattr(layer, 'compute_dtype', '?')))}</b>")
        if show_trainable and getattr(layer, "weights", None):
            rows.append("<b>Trainable</b>" if layer.trainable else "<b>Non-trainable</b>")
        cells = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
        return f'<<table border="0" cellborder="1" cellspacing="0" cellpadding="8">{cells}</table>>'

    _draw(dot, model, label, expand_nested)
    return dot


_SIDES = ("Input", "Output")


def _head(layer: Any, with_name: bool) -> str:
    kind = type(layer).__name__
    return f"<b>{escape(layer.name, quote=False)}</b> ({kind})" if with_name else f"<b>{kind}</b>"


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


def _draw(dot: Any, model: Any, label: Any, expand: bool) -> tuple[list[str], list[str]]:
    """Draws the layers of a model; returns where arrows enter and leave it."""
    ends: dict[int, tuple[list[str], list[str]]] = {}
    for layer in _boxes(model):
        if expand and getattr(layer, "layers", None):
            with dot.subgraph(name=f"cluster_{id(layer)}") as frame:
                frame.attr(**_frame(layer))
                ends[id(layer)] = _draw(frame, layer, label, expand)
        else:
            dot.node(str(id(layer)), label(layer))
            ends[id(layer)] = [str(id(layer))], [str(id(layer))]
    arrows = _arrows(model)
    for source, target in arrows:
        for tail in ends[id(source)][1]:
            for head in ends[id(target)][0]:
                dot.edge(tail, head)
    sources, targets = {id(s) for s, _ in arrows}, {id(t) for _, t in arrows}
    first = [e for layer in _boxes(model) if id(layer) not in targets for e in ends[id(layer)][0]]
    last = [e for layer in _boxes(model) if id(layer) not in sources for e in ends[id(layer)][1]]
    return first, last


def _frame(model: Any) -> dict[str, str]:
    return {"label": model.name, "labeljust": "l", "style": "dashed"}


def _boxes(model: Any) -> list[Any]:
    """What is drawn: layers, and the functions of `ops` that a functional model calls."""
    graph = getattr(model, "graph", None)
    return list(model.layers if graph is None else graph.operations)


def _arrows(model: Any) -> list[tuple[Any, Any]]:
    """The pairs of layers of which one reads what the other gives; in a chain, one the next."""
    layers = _boxes(model)
    graph = getattr(model, "graph", None)
    if graph is None:
        return list(itertools.pairwise(layers))
    known = {id(layer) for layer in layers}
    pairs = {
        (id(source), id(call.operation)): (source, call.operation)
        for call in graph.calls
        for tensor in call.inputs
        for source in [tensor.keras_history[0]]
        if id(source) in known and id(call.operation) in known
    }
    return list(pairs.values())


def plot_model(
    model: Any,
    to_file: str | os.PathLike = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Any:
    """Writes the drawing to a file (`keras.utils.plot_model`).

    Args:
        model: built.
        to_file: its ending says in which format: .png, .svg, .pdf, ...
        show_shapes and all that follow: see `model_to_dot`.

    Returns:
        The path of the file.

    Raises:
        ValueError: for a model that is not built.
        ImportError: where the package `graphviz`, or its program `dot`, is missing.
    """
    dot = model_to_dot(
        model, show_shapes, show_dtype, show_layer_names, rankdir, expand_nested, dpi, False,
        show_layer_activations, show_trainable, splines,
    )  # fmt: skip
    path = os.fspath(to_file)
    stem, ending = os.path.splitext(path)
    import graphviz

    try:
        content = dot.pipe(format=ending[1:] or "png")
    except graphviz.ExecutableNotFound as error:
        raise ImportError(
            "You must install graphviz (the program `dot`: https://graphviz.org/download) for "
            "`plot_model` to work."
        ) from error
    path = path if ending else f"{stem}.png"
    write_whole(path, content)
    return path

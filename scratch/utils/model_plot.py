"""A drawing of a model: its layers as boxes, its tensors as arrows.

Graphviz draws where it is installed: its program `dot`, by way of its own Python package. Elsewhere
this library draws by itself, and then as SVG alone.
"""

import os
from collections.abc import Callable
from html import escape
from typing import Any

from scratch.files.whole import write_whole
from scratch.ops.drawing.svg import Svg
from scratch.utils.model_boxes import Row, Told, arrows, boxes, opens
from scratch.utils.model_svg import model_svg

_INSTALL = (
    "You must install graphviz (`pip install graphviz`, and the program itself from "
    "https://graphviz.org/download)"
)


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
    """The drawing of a model (`keras.utils.model_to_dot`).

    Args:
        model: built.
        show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable: what a
            box tells.
        rankdir: `"TB"` from top to bottom, `"LR"` from left to right.
        expand_nested: whether models inside the model are drawn as frames around their layers.
        dpi: dots per inch; of what Graphviz draws.
        subgraph: whether it becomes a frame of another drawing: `outer.subgraph(this)`. Then
            `rankdir`, `dpi` and `splines` are those of the other.
        splines: how arrows run; of what Graphviz draws.

    Returns:
        A `graphviz.Digraph`; without the package `graphviz` the drawing as the text of an SVG
        document. A notebook shows either.

    Raises:
        ValueError: for a model that is not built.
        ImportError: with `subgraph`, where the package `graphviz` is missing.
    """
    _check_built(model)
    told = Told(show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable)
    try:
        import graphviz
    except ImportError as error:
        if subgraph:
            raise ImportError(f"{_INSTALL} to put one drawing into another.") from error
        return model_svg(model, told, rankdir, expand_nested)
    settings = {"rankdir": rankdir, "dpi": str(dpi), "splines": splines, "concentrate": "true"}
    dot = _digraph_class(graphviz, lambda: model_svg(model, told, rankdir, expand_nested))(
        f"cluster_{id(model)}" if subgraph else model.name,
        graph_attr=_frame(model) if subgraph else settings,
        node_attr={"shape": "plaintext", "fontname": "Helvetica", "margin": "0"},
        edge_attr={"penwidth": "2"},
    )
    _draw(dot, model, told, expand_nested)
    return dot


def _check_built(model: Any) -> None:
    if not model.built:
        raise ValueError(
            "This model has not yet been built. Build the model first by calling `build()` or by "
            "calling the model on a batch of data."
        )


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
        to_file: its ending says in which format: .svg, .png, .pdf, ... Without Graphviz there is
            .svg alone.
        show_shapes and all that follow: see `model_to_dot`.

    Returns:
        The path of the file; a notebook shows the picture.

    Raises:
        ValueError: for a model that is not built.
        ImportError: where another format than .svg is asked for and the package `graphviz`, or its
            program `dot`, is missing.
    """
    path = os.fspath(to_file)
    ending = os.path.splitext(path)[1]
    if not ending:
        path, ending = f"{path}.png", ".png"
    dot = model_to_dot(
        model, show_shapes, show_dtype, show_layer_names, rankdir, expand_nested, dpi, False,
        show_layer_activations, show_trainable, splines,
    )  # fmt: skip
    content = _by_graphviz(dot, ending[1:])
    if content is None and ending == ".svg":
        told = Told(
            show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable
        )
        content = model_svg(model, told, rankdir, expand_nested).encode()
    if content is None:
        raise ImportError(
            f"{_INSTALL} for `plot_model` to write {path!r}. Without it, `plot_model` can draw an "
            f"SVG: to_file={path.removesuffix(ending) + '.svg'!r}"
        )
    write_whole(path, content)
    return PlotFile(path)


class PlotFile(str):
    """The path of a picture, which a notebook shows."""

    def _repr_svg_(self) -> str | None:
        return self._content(".svg", lambda content: content.decode())

    def _repr_png_(self) -> bytes | None:
        return self._content(".png", bytes)

    def _content(self, ending: str, of: Any) -> Any:
        if not self.endswith(ending):
            return None
        with open(self, "rb") as file:
            return of(file.read())


# With Graphviz -----------------------------------------------------------------------------------


def _digraph_class(graphviz: Any, svg: Callable[[], Svg]) -> type:
    """Graphviz's class, but that a notebook shows `svg()` where the program `dot` is missing."""

    class Digraph(graphviz.Digraph):
        def _repr_mimebundle_(self, *only: Any, **options: Any) -> Any:
            try:
                return super()._repr_mimebundle_(*only, **options)
            except graphviz.ExecutableNotFound:
                return {"image/svg+xml": svg()}

    return Digraph


def _by_graphviz(dot: Any, format: str) -> bytes | None:
    """What `dot` draws; None where the package or the program is missing."""
    if isinstance(dot, Svg):
        return None
    import graphviz

    try:
        return dot.pipe(format=format)
    except graphviz.ExecutableNotFound:
        return None


def _label(told: Told, layer: Any) -> str:
    cells = "".join(map(_cell, told.rows(layer)))
    return f'<<table border="0" cellborder="1" cellspacing="0" cellpadding="8">{cells}</table>>'


def _cell(row: Row) -> str:
    pieces = (f"<b>{escape(t, quote=False)}</b>" if bold else escape(t) for t, bold in row)
    return f"<tr><td>{''.join(pieces)}</td></tr>"


def _draw(dot: Any, model: Any, told: Told, expand: bool) -> tuple[list[str], list[str]]:
    """Draws the layers of a model; returns where arrows enter and leave it."""
    ends: dict[int, tuple[list[str], list[str]]] = {}
    for layer in boxes(model):
        if expand and opens(layer):
            with dot.subgraph(name=f"cluster_{id(layer)}") as frame:
                frame.attr(**_frame(layer))
                ends[id(layer)] = _draw(frame, layer, told, expand)
        else:
            dot.node(str(id(layer)), _label(told, layer))
            ends[id(layer)] = [str(id(layer))], [str(id(layer))]
    joined = arrows(model)
    for source, target in joined:
        for tail in ends[id(source)][1]:
            for head in ends[id(target)][0]:
                dot.edge(tail, head)
    sources, targets = {id(s) for s, _ in joined}, {id(t) for _, t in joined}
    first = [e for layer in boxes(model) if id(layer) not in targets for e in ends[id(layer)][0]]
    last = [e for layer in boxes(model) if id(layer) not in sources for e in ends[id(layer)][1]]
    return first, last


def _frame(model: Any) -> dict[str, str]:
    return {"label": model.name, "labeljust": "l", "style": "dashed"}

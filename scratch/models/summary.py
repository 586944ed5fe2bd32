"""A model's summary: a table of its layers, and how many numbers its weights hold."""

import math
import os
import re
import sys
from collections.abc import Callable, Sequence
from shutil import get_terminal_size
from typing import Any, NamedTuple

import numpy as np

from scratch import config, messages
from scratch.models import text_table as tt

_UNKNOWN, _NUMBER, _CLASS = tt.Style(45), tt.Style(34), tt.Style(33)
_YES, _NO = tt.Style(34, bold=True), tt.Style(9, bold=True)


def summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Prints a table of a model's layers (`keras.Model.summary`).

    Args:
        model: the model, built or not.
        line_length: the table's width; default: 88, less on a narrow terminal, 12 more with
            `show_trainable`.
        positions: where each column ends, as shares of the width.
        print_fn: called with the whole text; default: standard output, with colours on a terminal.
        expand_nested: whether to show the layers of models that are layers.
        show_trainable: whether to add a column that says which layers are trained.
        layer_range: names of the first and the last layer to show, or patterns for them.

    Raises:
        ValueError: when a column would be under 4 characters wide, or for a `layer_range` that is
            no pair of strings or matches nothing.
    """
    if print_fn is None and not config.is_interactive_logging_enabled():
        print_fn = messages.print_msg
    colors = 0 if print_fn is not None else _terminal_colors()
    paint = tt.painter(colors, not os.environ.get("NO_COLOR")) if colors else tt.paint_plain
    console_width = _console_width()

    found = contents(model, expand_nested, show_trainable, layer_range)
    columns, width = _layout(line_length, positions, show_trainable, found)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    lines = tt.table(
        columns,
        found.rows,
        width,
        tt.HEAVY_HEAD if encoding.lower().startswith("utf") else tt.ASCII,
        paint,
        console_width,
    )
    title, *totals = [
        "\n".join(tt.paint_line(line, paint) for line in tt.wrap(text, console_width))
        for text in (tt.styled((f'Model: "{model.name}"', tt.BOLD)), *found.totals)
    ]
    text = "\n".join([title, *lines, *totals]) + "\n"
    if print_fn is None or print_fn is messages.print_msg:
        messages.print_msg(text, line_break=False)
    else:
        print_fn(text)


# The table ---------------------------------------------------------------------------------------


class SummaryContents(NamedTuple):
    """What a summary tells: the heads of its columns, its rows, and the totals below them."""

    headings: list[str]
    justify: list[str]
    rows: list[list[tt.Text]]
    totals: list[tt.Text]


def contents(
    model: Any,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> SummaryContents:
    """What the summary of a model tells; arguments and errors as of `summary`."""
    graph = getattr(model, "graph", None)  # of a functional model
    layers = model.layers if graph is None else graph.operations
    if graph is not None and graph.is_chain:
        graph = None
    columns = {"Layer (type)": "left", "Output Shape": "left", "Param #": "right"}
    if graph is not None:
        columns["Connected to"] = "left"
    if show_trainable:
        columns["Trainable"] = "center"
    layers = _in_range(layers, layer_range)
    rows = [row for layer in layers for row in _rows(layer, expand_nested, show_trainable, graph)]
    return SummaryContents(list(columns), list(columns.values()), rows, _totals(model))


def _layout(
    line_length: int | None,
    positions: Sequence[float] | None,
    show_trainable: bool,
    found: SummaryContents,
) -> tuple[list[tt.Column], int]:
    headings, justify, connected = found.headings, found.justify, "Connected to" in found.headings
    default_length = 108 if connected else 88
    ends = list(positions or ((0.3, 0.56, 0.74, 1.0) if connected else (0.45, 0.80, 1.0)))
    if show_trainable:
        default_length += 12
        ends = [end * 0.90 for end in ends] + [1.0]
    if not line_length:
        line_length = min(default_length, get_terminal_size().columns - 4)
    stops = [int(end * line_length) for end in ends]
    widths = [stop - start for start, stop in zip([0, *stops], stops, strict=False)]
    if min(widths) < 4 or len(widths) < len(headings):
        raise ValueError(
            "Insufficient console width to print summary. Each of the columns "
            f"{', '.join(headings)} needs a position and 4 characters; got "
            f"line_length={line_length} and positions={ends}, which give them {widths}"
        )
    columns = [tt.Column(*column) for column in zip(headings, widths, justify, strict=False)]
    return columns, line_length


def _rows(
    layer: Any, expand_nested: bool, show_trainable: bool, graph: Any, depth: int = 0
) -> list[list]:
    prefix = "   " * depth + "└ " if depth else ""
    name = tt.styled(
        f"{prefix}{layer.name} (", (getattr(layer, "class_name", type(layer).__name__), _CLASS), ")"
    )
    if getattr(layer, "built", True):
        params = layer.count_params() if hasattr(layer, "built") else 0
        count = tt.styled((f"{params:,}", _NUMBER))
    else:
        count = tt.styled(("0", _NUMBER), " (unbuilt)")
    row = [name, _shape_text(_output_shape(layer)), count]
    if graph is not None:
        row.append(_connections(graph.connections(layer)))
    if show_trainable:
        if not getattr(layer, "weights", None):
            row.append(tt.styled(("-", tt.BOLD)))
        else:
            row.append(tt.styled(("Y", _YES) if layer.trainable else ("N", _NO)))
    rows = [row]
    if expand_nested:
        for inner in getattr(layer, "layers", None) or []:
            rows += _rows(inner, expand_nested, show_trainable, graph, depth + 1)
    return rows


def _connections(found: list[tuple[str, int, int]]) -> tt.Text:
    """`dense[0][0], dense_1[0][0]`; a dash for an input."""
    text = tt.styled("" if found else "-")
    for number, (name, call, output) in enumerate(found):
        text += tt.styled(
            f"{', ' if number else ''}{name}[",
            (str(call), _NUMBER), "][", (str(output), _NUMBER), "]",
        )  # fmt: skip
    return text


def _output_shape(layer: Any) -> Any:
    """The shape, or None for a layer that has not seen an input yet."""
    for name in ("output_shape", "_shape_of_output"):  # of a model, of a layer
        try:
            return getattr(layer, name)
        except (AttributeError, NotImplementedError):
            continue
    return None


def _shape_text(shape: Any) -> tt.Text:
    """`(None, 300)`; several of them, for a layer with several outputs, in brackets."""
    if shape is None:
        return tt.styled("?")
    several = bool(shape) and not all(size is None or isinstance(size, int) for size in shape)
    if several and len(shape) == 1:
        return _shape_text(shape[0])
    text = tt.styled("[" if isinstance(shape, list) else "(")
    for number, entry in enumerate(shape):
        if number:
            text += tt.styled(", ")
        if several:
            text += _shape_text(entry)
        else:
            text += tt.styled((str(entry), _UNKNOWN if entry is None else _NUMBER))
    return text + tt.styled("]" if isinstance(shape, list) else ")")


def _in_range(layers: list[Any], layer_range: Sequence[str] | None) -> list[Any]:
    """The layers from the first match of one pattern to the last match of the other."""
    if layer_range is None:
        return layers
    if len(layer_range) != 2:
        raise ValueError(
            "layer_range must be a list or tuple of length 2. Received: "
            f"layer_range = {layer_range} of length {len(layer_range)}"
        )
    if not all(isinstance(pattern, str) for pattern in layer_range):
        raise ValueError(f"layer_range should contain string type only. Received: {layer_range}")
    first, last = (
        [i for i, layer in enumerate(layers) if re.match(pattern, layer.name)]
        for pattern in layer_range
    )
    if not first or not last:
        raise ValueError(
            "Passed layer_names do not match the layer names in the model. "
            f"Received: {layer_range}; the model's layers are {[layer.name for layer in layers]}"
        )
    if min(first) > max(last):
        first, last = last, first
    return layers[min(first) : max(last) + 1]


# The totals --------------------------------------------------------------------------------------


def _totals(model: Any) -> list[tt.Text]:
    parts = {
        "Trainable": model.trainable_weights,
        "Non-trainable": model.non_trainable_weights,
    }
    optimizer = getattr(model, "optimizer", None)
    if getattr(model, "compiled", False) and optimizer and optimizer.built:
        parts["Optimizer"] = optimizer.variables
    counts = {name: sum(math.prod(v.shape) for v in part) for name, part in parts.items()}
    sizes = {name: _bytes(part) for name, part in parts.items()}
    lines = [_total("Total", sum(counts.values()), sum(sizes.values()))]
    return lines + [_total(name, counts[name], sizes[name]) for name in parts]


def _total(name: str, count: int, size: float) -> tt.Text:
    return tt.styled(
        (f" {name} params: ", tt.BOLD), (f"{count:,}", _NUMBER), f" ({_readable(size)})"
    )


def _bytes(variables: Sequence[Any]) -> float:
    """The memory of the variables, each counted once."""
    unique = {id(v): v for v in variables}.values()
    return float(sum(math.prod(v.shape) * np.dtype(str(v.dtype)).itemsize for v in unique))


def _readable(size: float) -> str:
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} PB"


# The terminal ------------------------------------------------------------------------------------


def _terminal_colors() -> int:
    """How many colours standard output shows; 0 where it is no terminal."""
    wanted = os.environ.get("FORCE_COLOR")
    isatty = getattr(sys.stdout, "isatty", None)
    is_terminal = bool(wanted) if wanted is not None else isatty is not None and isatty()
    term = os.environ.get("TERM", "").strip().lower()
    if not is_terminal or term in ("dumb", "unknown"):
        return 0
    if os.environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return 256
    return 256 if term.rpartition("-")[2] in ("256color", "kitty") else 16


def _console_width() -> int:
    """The columns of the terminal behind any of the standard streams; 80 without one."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns):
        return int(columns)
    for stream in (0, 1, 2):
        try:
            return os.get_terminal_size(stream).columns or 80
        except (AttributeError, OSError, ValueError):  # in a browser there is no such function
            continue
    return 80

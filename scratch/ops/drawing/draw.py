"""Computational graphs for reading: as text, one line per symbol, and as a drawing in SVG.

Both show each symbol once, however often it is used, and Python numbers inside the operation that
uses them. In a drawing, edges enter an operation in the order of its operands, from left to right
(where the order matters). What belongs to the first output is blue, what the others (its
derivatives) add is orange. An operand that only lends its shape is left out of a drawing: the shape
stands in the node.
"""

import itertools
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from scratch.ops.drawing.layout import LAYER_GAP, layered
from scratch.ops.drawing.svg import Svg
from scratch.ops.graph.operation import to_symbol
from scratch.ops.graph.sources import ancestors
from scratch.ops.graph.symbol import Symbol, is_number

_SIGNS = {
    "add": "+",
    "subtract": "\N{MINUS SIGN}",
    "multiply": "\N{MULTIPLICATION SIGN}",
    "divide": "\N{DIVISION SIGN}",
    "power": "^",
    "greater": ">",
    "greater_equal": "\N{GREATER-THAN OR EQUAL TO}",
    "less": "<",
    "less_equal": "\N{LESS-THAN OR EQUAL TO}",
}
_WORDS = {"negative": "\N{MINUS SIGN}(·)", "ones_like": "1", "zeros_like": "0"}
COMMUTATIVE = {"add", "multiply", "maximum", "minimum", "equal", "not_equal"}
# kind -> fill, border, text
COLORS = {
    "input": ("#e6f4ea", "#34a36a", "#14532d"),
    "variable": ("#f3e8fd", "#9b6bd6", "#4a1d7a"),
    "constant": ("#f4f4f5", "#a1a1aa", "#3f3f46"),
    "first": ("#e8f0fe", "#5b8def", "#1e3a6e"),
    "other": ("#fff1e3", "#e8933a", "#7a3e06"),
}
FONT = "font-family=\"'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif\""


def draw_text(outputs: Any) -> str:
    """The graph of `outputs` (a symbol or a list) as text: number, name, computation, shape, type.

    Numbers run in the order of evaluation. Outputs are marked with an arrow.
    """
    outputs = _listed(outputs)
    nodes = [x for x in ancestors(outputs) if not is_number(x)]
    number = {x.serial: f"#{i}" for i, x in enumerate(nodes, 1)}
    rows = []
    for x in nodes:
        operands = [
            repr(a.attributes["value"]) if is_number(a) else a.name or number[a.serial]
            for a in x.inputs
        ]
        settings = [f"{k}={v!r}" for k, v in _settings(x)]
        what = f"{x.op.name}({', '.join(operands + settings)})" if x.inputs else x.op.name
        mark = "<-" if any(x is y for y in outputs) else ""
        rows.append([number[x.serial], x.name or "", what, _size(x), mark])
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def draw_svg(outputs: Any, title: str | None = None) -> Svg:
    """The graph of `outputs` (a symbol or a list) as a self-contained SVG document.

    Args:
        outputs: the first is drawn in blue with all it depends on, what the others add in orange.
        title: written above the drawing.
    """
    outputs = _listed(outputs)
    nodes = [x for x in ancestors(outputs) if not is_number(x)]
    place = {x.serial: i for i, x in enumerate(nodes)}
    first = {x.serial for x in ancestors(outputs[:1])}
    texts = [_texts(x) for x in nodes]
    sizes = [_box_size(*text) for text in texts]
    edges: list[tuple[int, int, float | None]] = []
    for x in nodes:
        lent = x.op.lends_shape if x.inputs and x.shape is not None else ()
        operands = [a for i, a in enumerate(x.inputs) if not is_number(a) and i not in lent]
        for i, a in enumerate(operands):
            port = None if x.op.name in COMMUTATIVE else 0.0
            if port is not None and len(operands) > 1:
                port = 2 * i / (len(operands) - 1) - 1
            edges.append((place[a.serial], place[x.serial], port))
    layout = layered(sizes, edges)
    margin, top = 24.0, 64.0 if title else 24.0
    width = max(layout.width + 2 * margin, 9.5 * len(title or "") + 2 * margin)
    height = layout.height + top + margin
    shift = (width - layout.width) / 2
    body = [
        _edge(route, shift, top, "first" if nodes[b].serial in first else "other")
        for route, (_, b, _) in zip(layout.routes, edges, strict=True)
    ]
    for x, box, text in zip(nodes, layout.boxes, texts, strict=True):
        kind = "first" if x.serial in first else "other"
        kind = x.op.name if not x.inputs else kind
        is_output = any(x is y for y in outputs)
        body.append(_node(box.x + shift, box.y + top, box.width, box.height, text, kind, is_output))
    heading = (
        f'<text x="{width / 2:.1f}" y="36" font-size="18" font-weight="600" fill="#27272a" '
        f'text-anchor="middle" {FONT}>{escape(title)}</text>'
        if title
        else ""
    )
    markers = "".join(
        f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0.5 0.8 L7.2 4 L0.5 7.2 Z" fill="{COLORS[kind][1]}"/></marker>'
        for kind in ("first", "other")
    )
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}"><defs>{markers}</defs>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{heading}{"".join(body)}</svg>\n'
    )


def _listed(outputs: Any) -> list[Symbol]:
    return [to_symbol(y) for y in (outputs if isinstance(outputs, list | tuple) else [outputs])]


def _settings(x: Symbol) -> list[tuple[str, Any]]:
    """The attributes that were said."""
    defaults = getattr(x.op, "defaults", None)
    return [] if defaults is None else [i for i in x.attributes.items() if defaults[i[0]] != i[1]]


def _size(x: Symbol) -> str:
    """Shape and type, as far as known: `(?, 300) float32`."""
    shape = x.shape
    if shape is None:
        return ""
    sizes = ", ".join("?" if n is None else str(n) for n in shape)
    return f"({sizes}{',' if len(shape) == 1 else ''}) {x.dtype}"


def _texts(x: Symbol) -> tuple[str, str]:
    """What stands in a node: what it is, and below, smaller, its shape."""
    size = _size(x).rsplit(" ", 1)[0]
    if not x.inputs:
        value = x.attributes.get("value")
        plain = f"{value:g}" if isinstance(value, np.ndarray) and value.ndim == 0 else x.op.name
        return x.name or plain, size
    word = expression(x)
    return (f"{x.name} = {word}" if x.name else word), size


def expression(x: Symbol) -> str:
    """What an operation does, its operands being dots and its numbers written out."""
    name = x.op.name
    numbers = [is_number(a) for a in x.inputs]
    sign = _SIGNS.get(name)
    if sign and len(x.inputs) == 2:
        a, b = (
            f"{_plain(i.attributes['value'])}" if n else "·"
            for i, n in zip(x.inputs, numbers, strict=True)
        )
        return f"{a} {sign} {b}" if any(numbers) else f"· {sign} ·"
    arguments = [_plain(a.attributes["value"]) for a, n in zip(x.inputs, numbers, strict=True) if n]
    settings = [f"{k}={v}" for k, v in _settings(x)]
    inside = ", ".join(arguments + settings)
    return _WORDS.get(name, name) + (f" ({inside})" if inside else "")


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _box_size(main: str, size: str) -> tuple[float, float]:
    return max(8.0 * len(main), 6.4 * len(size)) + 26, 42.0 if size else 30.0


def _node(
    x: float, y: float, width: float, height: float, text: tuple[str, str], kind: str, output: bool
) -> str:
    fill, border, ink = COLORS[kind]
    radius = 8 if kind in ("first", "other") else height / 2
    left, top = x - width / 2, y - height / 2
    main, size = (escape(t) for t in text)
    thickness = 3 if output else 1.3
    box = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="{radius:g}" fill="{fill}" stroke="{border}" stroke-width="{thickness}"/>'
    )
    baseline = y - 2 if size else y + 5
    label = (
        f'<text x="{x:.1f}" y="{baseline:.1f}" font-size="14" font-weight="600" fill="{ink}" '
        f'text-anchor="middle" {FONT}>{main}</text>'
    )
    if size:
        label += (
            f'<text x="{x:.1f}" y="{y + 14:.1f}" font-size="11" fill="{ink}" opacity="0.75" '
            f'text-anchor="middle" {FONT}>{size}</text>'
        )
    return box + label


def _edge(route: Sequence[tuple[float, float]], dx: float, dy: float, kind: str) -> str:
    points = [(x + dx, y + dy) for x, y in route]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        bend = min((y2 - y1) / 2, LAYER_GAP)
        path += f" C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
    return (
        f'<path d="{path}" fill="none" stroke="{COLORS[kind][1]}" stroke-width="1.5" '
        f'opacity="0.8" marker-end="url(#{kind})"/>'
    )

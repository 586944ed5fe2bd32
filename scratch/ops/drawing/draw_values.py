"""A computational graph with its numbers, drawn from left to right.

On every edge stands, above the line and in blue, the value that goes forward along it; below the
line and in orange, the gradient that comes back. A symbol that is used more than once has as many
edges, and its gradient, the sum, is written beside it. Circles are operations, with Python numbers
inside.

`draw_values` is the finished picture, `draw_frames` the sequence that leads to it: the inputs, one
operation after the other forwards, then one after the other backwards.
"""

import itertools
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from scratch.ops.drawing.draw import COMMUTATIVE, FONT, expression
from scratch.ops.drawing.layout import layered
from scratch.ops.drawing.passes import Edge, Passes, operands
from scratch.ops.drawing.svg import Svg
from scratch.ops.graph.symbol import Symbol

VALUE, GRADIENT = "#1d63d8", "#c2410c"
INK, LINE = "#27272a", "#71717a"
MONOSPACE = "font-family=\"'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace\""
ROW, LETTER = 16.0, 7.9  # a line of numbers, 13 pixels high, and a letter in it
_MARGIN, _HEAD, _FOOT, _GAP = 26.0, 44.0, 42.0, 22.0
_MOST = 12  # numbers of an array that are written out


def draw_values(y: Any, feeds: Mapping[Symbol, Any] | None = None, title: str | None = None) -> Svg:
    """Values and gradients of a graph, on its edges, as a self-contained SVG document.

    Args:
        y: a symbol; where it is no scalar, the gradients are those of the sum of its entries.
        feeds: values for the inputs, `{symbol: array}`.
        title: written above the drawing.
    """
    return _Drawing(Passes(y, feeds), title).svg()


def draw_frames(
    y: Any, feeds: Mapping[Symbol, Any] | None = None, title: str | None = None
) -> list[Svg]:
    """The drawing of `draw_values` step by step: a list of SVG documents of one size.

    Arguments as in `draw_values`.
    """
    passes = Passes(y, feeds)
    drawing = _Drawing(passes, title)
    return [drawing.svg(step) for step in range(len(passes.steps))]


def number_rows(value: Any) -> list[str]:
    """An array as a drawing shows it, line by line; a large one by its shape alone."""
    value = np.asarray(value)
    if value.size > _MOST or value.ndim > 2:
        return ["\N{MULTIPLICATION SIGN}".join(map(str, value.shape))]
    if value.ndim == 0:
        return [number(value.item())]
    rows = [[number(v) for v in row] for row in np.atleast_2d(value).tolist()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["[" + " ".join(c.rjust(w) for c, w in zip(r, widths, strict=True)) + "]" for r in rows]


def number(value: float) -> str:
    """Three digits, with a true minus sign, which zero has none of."""
    return f"{value + 0.0:.3g}".replace("-", "\N{MINUS SIGN}")


def text(
    x: float, y: float, words: str, colour: str = INK, size: int = 13, anchor: str = "middle",
    weight: int = 400, font: str = FONT,
) -> str:  # fmt: skip
    """A text element, its baseline at y."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}" xml:space="preserve" {font}>{escape(words)}</text>'
    )


def document(width: float, height: float, body: str) -> Svg:
    """An SVG document on white, with an arrow head called `to`."""
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}"><defs><marker id="to" viewBox="0 0 8 8" refX="7" '
        'refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0.5 0.8 L7.2 4 L0.5 7.2 Z" fill="{LINE}"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{body}</svg>\n'
    )


class _Drawing:
    """Where everything stands; the same for all frames."""

    def __init__(self, passes: Passes, title: str | None) -> None:
        self.passes, self.title = passes, title
        # The result leaves along an edge of its own, to nowhere.
        result = Edge(passes.y, passes.y, -1, passes.gradients.get(passes.y.serial))
        self.edges = [*passes.edges, result]
        self._place()

    def _place(self) -> None:
        """What stands on an edge is a box like the nodes: so nothing can stand on anything else."""
        things: list[Symbol | int] = []  # nodes and numbers of edges, in topological order
        for x in self.passes.nodes:
            things += [x, *(i for i, edge in enumerate(self.edges) if edge.source is x)]
        index = {t if isinstance(t, int) else t.serial + 0.5: i for i, t in enumerate(things)}
        sizes = [self._label_size(t) if isinstance(t, int) else self._node_size(t) for t in things]
        lines: list[tuple[int, int, float | None]] = []
        for i, edge in enumerate(self.edges):
            lines.append((index[edge.source.serial + 0.5], index[i], 0.0))
            if edge.place >= 0:
                lines.append((index[i], index[edge.user.serial + 0.5], _port(edge)))
        # The layout runs from top to bottom: it is laid on its side.
        layout = layered([size[::-1] for size in sizes], lines, _GAP)
        captions = [7.0 * len(self._caption(step)) for step in range(len(self.passes.steps))]
        width = max(layout.height, 9.5 * len(self.title or ""), *captions)
        self.width = width + 2 * _MARGIN
        self.top = _HEAD if self.title else _MARGIN
        self.height = layout.width + self.top + _FOOT
        left = (self.width - layout.height) / 2
        self.places = [
            (thing, box.y + left, box.x + self.top, box.height, box.width)
            for thing, box in zip(things, layout.boxes, strict=True)
        ]
        self.routes = [
            ([(y + left, x + self.top) for x, y in route], not isinstance(things[b], int))
            for route, (_, b, _) in zip(layout.routes, lines, strict=True)
        ]

    def svg(self, step: int | None = None) -> Svg:
        """The drawing as it stands after a step; finished without one."""
        last = len(self.passes.steps) - 1
        at = last if step is None else step
        body = [_line(route, arrow) for route, arrow in self.routes]
        for thing, x, y, width, height in self.places:
            if isinstance(thing, int):
                body.append(self._label(self.edges[thing], x, y, width, at))
            elif thing.inputs:
                active = step is not None and self.passes.steps[step].symbol is thing
                body.append(_operation(thing, x, y, width, height, active))
            else:
                body.append(self._leaf(thing, x, y, at))
        middle, foot = self.width / 2, self.height - 16
        if self.title:
            body.append(text(middle, 27, self.title, size=17, weight=600))
        if step is None:
            body.append(text(middle - 8, foot, "values", VALUE, anchor="end"))
            body.append(text(middle + 8, foot, "gradients", GRADIENT, anchor="start"))
        else:
            body.append(text(middle, foot, self._caption(step)))
        return document(self.width, self.height, "".join(body))

    def _caption(self, step: int) -> str:
        kind, x = self.passes.steps[step]
        start = f"step {step + 1} of {len(self.passes.steps)}: "
        if kind == "forward":
            assert x is not None
            return f"{start}forward, {x.name or _sign(x)} = {_inline(self.passes.values[x.serial])}"
        if kind == "backward":
            assert x is not None
            return f"{start}backward through {x.name or _sign(x)}"
        return start + {"start": "the inputs", "seed": "the derivative of the result is 1"}[kind]

    def _value_rows(self, x: Symbol) -> list[str]:
        """The value, with the name of what has one and is computed."""
        rows = number_rows(self.passes.values[x.serial])
        if not x.name or not x.inputs:
            return rows
        return [f"{x.name} = {rows[0]}"] if len(rows) == 1 else [x.name, *rows]

    def _label_size(self, number: int) -> tuple[float, float]:
        edge = self.edges[number]
        above = self._value_rows(edge.source)
        below = [] if edge.gradient is None else number_rows(edge.gradient)
        width = max(LETTER * len(row) for row in above + below) + 10
        # The line is in the middle: both halves get the room of the larger.
        return width, 2 * (ROW * max(len(above), len(below)) + 4)

    def _label(self, edge: Edge, x: float, y: float, width: float, at: int) -> str:
        head = ' marker-end="url(#to)"' if edge.place < 0 else ""
        parts = [
            f'<path d="M{x - width / 2:.1f} {y:.1f} H{x + width / 2:.1f}" stroke="{LINE}" '
            f'stroke-width="1.4"{head}/>'
        ]
        if self.passes.known_at("forward", edge.source) <= at:
            rows = self._value_rows(edge.source)
            parts.append(_rows(x, y - 6 - (len(rows) - 1) * ROW, rows, VALUE))
        kind = "seed" if edge.place < 0 else "backward"
        if edge.gradient is not None and self.passes.known_at(kind, edge.user) <= at:
            parts.append(_rows(x, y + 15, number_rows(edge.gradient), GRADIENT))
        return "".join(parts)

    def _sum_rows(self, x: Symbol) -> list[str]:
        """The gradient of an input that is used more than once."""
        several = len(self.passes.uses(x)) > 1 and x.serial in self.passes.gradients
        return number_rows(self.passes.gradients[x.serial]) if several else []

    def _node_size(self, x: Symbol) -> tuple[float, float]:
        if x.inputs:
            return max(44.0, 9.0 * len(_sign(x)) + 22), 44.0
        rows = self._sum_rows(x)
        width = max(8.6 * len(x.name or x.op.name), *(LETTER * len(row) for row in rows), 0)
        return width + 20, 30.0 + ROW * len(rows)

    def _leaf(self, x: Symbol, cx: float, cy: float, at: int) -> str:
        rows = self._sum_rows(x)
        y = cy + 5 - ROW * len(rows) / 2
        name = text(cx, y, x.name or x.op.name, size=15, weight=600)
        # The sum is complete when the operation that uses it first has been passed, backwards.
        if rows and all(
            self.passes.known_at("backward", e.user) <= at for e in self.passes.uses(x)
        ):
            return name + _rows(cx, y + ROW, rows, GRADIENT)
        return name


def _port(edge: Edge) -> float | None:
    """Where an operation is entered, from -1 to 1; None where its operands may change places."""
    places = operands(edge.user)
    if edge.user.op.name in COMMUTATIVE:
        return None
    return 2 * places.index(edge.place) / (len(places) - 1) - 1 if len(places) > 1 else 0.0


def _sign(x: Symbol) -> str:
    """What stands in the circle of an operation."""
    return expression(x).replace("\N{MIDDLE DOT} ", "").replace(" \N{MIDDLE DOT}", "")


def _inline(value: np.ndarray) -> str:
    rows = number_rows(value)
    return rows[0] if len(rows) == 1 else f"[{', '.join(rows)}]"


def _rows(x: float, y: float, rows: list[str], colour: str) -> str:
    return "".join(text(x, y + i * ROW, row, colour, font=MONOSPACE) for i, row in enumerate(rows))


def _operation(z: Symbol, x: float, y: float, width: float, height: float, active: bool) -> str:
    border, thickness = (INK, 3) if active else (LINE, 1.4)
    return (
        f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{height / 2:g}" fill="#fafafa" stroke="{border}" '
        f'stroke-width="{thickness}"/>' + text(x, y + 5, _sign(z), size=15, weight=600)
    )


def _line(points: list[tuple[float, float]], arrow: bool) -> str:
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        bend = min((x2 - x1) / 2, 40.0)
        path += f" C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    head = ' marker-end="url(#to)"' if arrow else ""
    return f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.4"{head}/>'

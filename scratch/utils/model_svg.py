"""A drawing of a model as SVG, for which no program and no package is needed.

Boxes stand in layers, each below what it reads (see `layout`); a model inside the model is a box,
or a frame around a drawing of its own. Where layers are shared, arrows may run in a circle: one of
them is then laid out backwards and runs against the others.
"""

import itertools
import math
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from scratch.ops.drawing.draw import COLORS, FONT
from scratch.ops.drawing.draw_values import LINE, document
from scratch.ops.drawing.layout import GAP, Box, Layout, layered
from scratch.ops.drawing.svg import Svg
from scratch.utils.model_boxes import Row, Told, arrows, boxes, opens

DIRECTIONS = ("TB", "BT", "LR", "RL")
_ROW, _HEAD, _PADDING = 22.0, 28.0, 14.0  # heights of a line and of the first, and the sides
_MARGIN, _FRAME = 24.0, 20.0  # around the whole, and inside a frame
_BEND, _LOOP = 40.0, 18.0  # how far curves go straight on, and how far a loop stands off
# Widths of letters in Helvetica, in their size; what is not named is 0.6, a wide script's 1.
_WIDTHS = {
    **dict.fromkeys("iljI.,:;'|!", 0.28), **dict.fromkeys("ftr()[]-/ ", 0.36),
    **dict.fromkeys("mM%", 0.88), **dict.fromkeys("wABCDEGHKNOPQRSUVXY&", 0.74), "W": 0.98,
}  # fmt: skip

Point = tuple[float, float]


class Drawn(NamedTuple):
    """A part of the drawing: its size and its SVG elements, from (0, 0)."""

    width: float
    height: float
    body: str


def model_svg(model: Any, told: Told, direction: str = "TB", expand: bool = False) -> Svg:
    """A model as a self-contained SVG document.

    Args:
        model: built.
        told: what a box tells.
        direction: of the arrows: `"TB"` from top to bottom, `"BT"`, `"LR"` or `"RL"`.
        expand: whether models inside the model are drawn as frames.

    Raises:
        ValueError: for an unknown direction.
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"`rankdir` is one of {', '.join(DIRECTIONS)}. Received: {direction!r}")
    width, height, body = _model(model, told, direction, expand)
    body = f'<g transform="translate({_MARGIN:g} {_MARGIN:g})">{body}</g>'
    return document(width + 2 * _MARGIN, height + 2 * _MARGIN, body)


def _model(model: Any, told: Told, direction: str, expand: bool) -> Drawn:
    layers, pairs = boxes(model), arrows(model)
    layers = _in_order(layers, pairs)
    drawn = [
        _frame(layer, told, direction, expand) if expand and opens(layer) else _box(layer, told)
        for layer in layers
    ]
    place = {id(layer): i for i, layer in enumerate(layers)}
    ends = [(place[id(a)], place[id(b)]) for a, b in pairs]
    sideways = direction in ("LR", "RL")
    sizes = [(part.height, part.width) if sideways else part[:2] for part in drawn]
    edges = [(min(pair), max(pair), None) for pair in ends if pair[0] != pair[1]]
    layout = layered(sizes, edges)
    turn = _Turn(direction, layout.height)
    routes = iter(layout.routes)
    lines = [
        _loop(layout.boxes[a]) if a == b else _curve(next(routes), layout, a, b) for a, b in ends
    ]
    body = [_arrow([turn(point) for point in line]) for line in lines]
    for part, box in zip(drawn, layout.boxes, strict=True):
        x, y = turn((box.x, box.y))
        left, top = x - part.width / 2, y - part.height / 2
        body.append(f'<g transform="translate({left:.1f} {top:.1f})">{part.body}</g>')
    size = (layout.height, layout.width) if sideways else (layout.width, layout.height)
    return Drawn(*size, "".join(body))


def _in_order(layers: Sequence[Any], pairs: Sequence[tuple[Any, Any]]) -> list[Any]:
    """Each after those that it reads; of a circle, the first that is listed is the first."""
    waits = {id(x): {id(a) for a, b in pairs if b is x and a is not x} for x in layers}
    left, ordered = list(layers), []
    while left:
        ready = next((x for x in left if not waits[id(x)]), left[0])
        left.remove(ready)
        ordered.append(ready)
        for others in waits.values():
            others.discard(id(ready))
    return ordered


class _Turn(NamedTuple):
    """From the layout, which runs from top to bottom, to the drawing."""

    direction: str
    length: float

    def __call__(self, point: Point) -> Point:
        across, along = point
        if self.direction in ("BT", "RL"):
            along = self.length - along
        return (across, along) if self.direction in ("TB", "BT") else (along, across)


# Boxes -------------------------------------------------------------------------------------------


def _colours(layer: Any) -> tuple[str, str, str]:
    """Fill, border and text."""
    calls = getattr(layer, "inbound_calls", [])
    if calls and not calls[0].inputs:
        return COLORS["input"]
    if hasattr(layer, "class_name"):  # a function of `ops`
        return COLORS["constant"]
    return COLORS["variable" if hasattr(layer, "layers") else "first"]


def _box(layer: Any, told: Told) -> Drawn:
    rows = told.rows(layer)
    fill, border, ink = _colours(layer)
    width = max(_width(row, 14 if i == 0 else 12) for i, row in enumerate(rows)) + 2 * _PADDING
    height = _HEAD + _ROW * (len(rows) - 1)
    parts = [_rectangle(width, height, fill, border)]
    for i, row in enumerate(rows):
        y = _HEAD + _ROW * (i - 1)
        if i:
            parts.append(f'<path d="M0 {y:g} H{width:.1f}" stroke="{border}" opacity="0.5"/>')
        baseline = y + 15 if i else _HEAD / 2 + 5
        parts.append(_text(row, width / 2, baseline, 12 if i else 14, ink, "middle"))
    return Drawn(width, height, "".join(parts))


def _frame(model: Any, told: Told, direction: str, expand: bool) -> Drawn:
    title: Row = told.rows(model)[0]
    inner = _model(model, told, direction, expand)
    width = max(inner.width, _width(title, 13)) + 2 * _FRAME
    height = inner.height + 2 * _FRAME + _ROW
    left = (width - inner.width) / 2
    body = (
        _rectangle(width, height, "#ffffff", LINE, ' stroke-dasharray="6 4"')
        + _text(title, 12, 20, 13, LINE, "start")
        + f'<g transform="translate({left:.1f} {_FRAME + _ROW:g})">{inner.body}</g>'
    )
    return Drawn(width, height, body)


def _rectangle(width: float, height: float, fill: str, border: str, more: str = "") -> str:
    return (
        f'<rect width="{width:.1f}" height="{height:.1f}" rx="7" fill="{fill}" '
        f'stroke="{border}" stroke-width="1.3"{more}/>'
    )


def _text(row: Row, x: float, y: float, size: int, colour: str, anchor: str) -> str:
    pieces = "".join(
        f'<tspan font-weight="{600 if bold else 400}">{escape(words)}</tspan>'
        for words, bold in row
    )
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}" xml:space="preserve" {FONT}>{pieces}</text>'
    )


def _width(row: Row, size: int) -> float:
    letters = ((letter, bold) for words, bold in row for letter in words)
    return sum(
        size * _WIDTHS.get(letter, 0.6 if letter < "\u1100" else 1.0) * (1.06 if bold else 1.0)
        for letter, bold in letters
    )


# Arrows ------------------------------------------------------------------------------------------


def _curve(route: Sequence[Point], layout: Layout, a: int, b: int) -> list[Point]:
    """The corners and handles of an arrow from one box to another, in Bézier's order.

    Between two layers it bends as it likes, beside the boxes of a layer it is a straight line that
    keeps its distance: so it passes through no box.
    """
    upper, lower = layout.boxes[min(a, b)], layout.boxes[max(a, b)]
    (start, first), *bends, (end, last) = route
    if a > b:  # against the others: beside those that leave there
        start += upper.width / 4
    passed = [_ends(layout, layer) for layer in range(upper.layer + 1, lower.layer)]
    # A route has a point in each layer that it passes, but two where it passes one alone.
    across = [start, *(x for x, _ in bends[: len(passed)]), end]
    leaves, enters = _ends(layout, upper.layer)[1], _ends(layout, lower.layer)[0]
    along = [leaves, *((top + bottom) / 2 for top, bottom in passed), enters]
    slopes = [(x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2)
              in itertools.pairwise(zip(across, along, strict=True))]  # fmt: skip
    corners = [(start, first, 0.0), (start, leaves, 0.0)]
    for x, (top, bottom), both in zip(
        across[1:-1], passed, itertools.pairwise(slopes), strict=True
    ):
        half = (bottom - top) / 2
        slope = _gentler(*both, GAP / 3 / half)
        corners += [(x - slope * half, top, slope), (x + slope * half, bottom, slope)]
    corners += [(end, enters, 0.0), (end, last, 0.0)]
    points = [point for point, _ in itertools.groupby(corners)]
    if a > b:
        points.reverse()
    line = [points[0][:2]]
    for (x1, y1, slope1), (x2, y2, slope2) in itertools.pairwise(points):
        bend = min(abs(y2 - y1) / 2, _BEND) * (1 if y2 >= y1 else -1)
        line += [(x1 + slope1 * bend, y1 + bend), (x2 - slope2 * bend, y2 - bend), (x2, y2)]
    return line


def _gentler(before: float, after: float, most: float) -> float:
    """The smaller of two slopes, at most so much; 0 where a curve turns back."""
    if before * after <= 0:
        return 0.0
    return math.copysign(min(abs(before), abs(after), most), before)


def _ends(layout: Layout, layer: int) -> Point:
    """Where a layer begins and ends."""
    boxes = [box for box in layout.boxes if box.layer == layer]
    return min(b.y - b.height / 2 for b in boxes), max(b.y + b.height / 2 for b in boxes)


def _loop(box: Box) -> list[Point]:
    """From the side of a box back into it."""
    x, reach = box.x + box.width / 2, box.height / 4
    low, high = box.y + reach, box.y - reach
    return [(x, low), (x + _LOOP, low), (x + _LOOP, high), (x, high)]


def _arrow(line: Sequence[Point]) -> str:
    texts = [f"{x:.1f} {y:.1f}" for x, y in line]
    curves = (" ".join(texts[i : i + 3]) for i in range(1, len(texts), 3))
    path = f"M{texts[0]} " + " ".join(f"C{curve}" for curve in curves)
    return (
        f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.5" marker-end="url(#to)"/>'
    )

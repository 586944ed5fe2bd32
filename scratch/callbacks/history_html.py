"""A history for a notebook: the curves of every metric, and the table of the epochs.

A metric and its `val_` twin share a chart. What is drawn in the colour of the text suits a dark
page as well as a white one; the two colours of the curves were chosen to be seen on both.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

TRAINING, VALIDATION = "#3b82f6", "#ea7317"
_WIDTH, _HEIGHT = 320.0, 200.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 12.0, 28.0, 26.0  # margins of a chart, in pixels
_INTERVALS = 4  # between marks of an axis, at most
_LARGEST = 1e300  # what is larger leaves a gap, as infinity does: differences must be numbers
_MOST, _SHOWN = 40, 10  # a longer table shows so many epochs of its beginning and of its end

Points = list[tuple[int, float]]  # the number of an epoch, from 1, and a value


class Series(NamedTuple):
    """The values of one metric, and the numbers of the epochs, from 0, that they belong to."""

    name: str
    epochs: Sequence[int]
    values: Sequence[Any]


def page(history: Mapping[str, Sequence[Any]], at: Mapping[str, Sequence[int]]) -> str:
    """The history as HTML.

    Args:
        history: from a metric's name to its values.
        at: from a metric's name to the epochs of these values; where their numbers differ (a
            user may change a history), values are counted from the first epoch on.
    """
    series = [
        Series(
            str(name),
            at[name] if len(at.get(name, ())) == len(values) else range(len(values)),
            values,
        )
        for name, values in history.items()
    ]
    charts = "".join(_chart(pair) for pair in _pairs(series))
    return f"<div>{charts}{_table(series)}</div>" if series else "<div>No epochs yet</div>"


# The table ---------------------------------------------------------------------------------------


def _table(series: Sequence[Series]) -> str:
    cells = [dict(zip(s.epochs, map(_text, s.values), strict=True)) for s in series]
    epochs = sorted({epoch for column in cells for epoch in column})
    hidden = range(_SHOWN, len(epochs) - _SHOWN) if len(epochs) > _MOST else range(0)
    rows = []
    for place, epoch in enumerate(epochs):
        if place not in hidden:
            texts = [str(epoch + 1), *(column.get(epoch, "") for column in cells)]
            rows.append("".join(f"<td>{escape(text)}</td>" for text in texts))
        elif place == hidden[0]:
            more = f"{len(hidden)} more epochs"
            style = "text-align: center; opacity: 0.6"
            rows.append(f'<td colspan="{len(cells) + 1}" style="{style}">{more}</td>')
    heads = "".join(f"<th>{escape(name)}</th>" for name in ("epoch", *(s.name for s in series)))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    style = "text-align: right; font-variant-numeric: tabular-nums"
    return f'<table style="{style}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _text(value: Any) -> str:
    """A number as the progress bar shows it; anything else as it is."""
    number = _number(value)
    if number is None:
        return str(value)
    return f"{number:.4f}" if number == 0 or abs(number) > 1e-3 else f"{number:.4e}"


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


# The charts --------------------------------------------------------------------------------------


def _pairs(series: Sequence[Series]) -> list[list[Series]]:
    """Each metric, with the one that is `val_` and its name."""
    names = {s.name for s in series}
    twins = {s.name: s for s in series if s.name.startswith("val_") and s.name[4:] in names}
    return [
        [s, *([twins[f"val_{s.name}"]] if f"val_{s.name}" in twins else [])]
        for s in series
        if s.name not in twins
    ]


def _chart(pair: Sequence[Series]) -> str:
    lines = [_points(s) for s in pair]
    finite = [point for line in lines for point in line if not math.isnan(point[1])]
    if not finite:
        return ""
    epochs, values = [x for x, _ in finite], [y for _, y in finite]
    across = (min(epochs), max(epochs) if max(epochs) > min(epochs) else min(epochs) + 1)
    marks = ticks(min(values), max(values))
    up = (min(marks[0], *values), max(marks[-1], *values))

    def place(x: float, y: float) -> tuple[float, float]:
        right, low = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        return (
            _LEFT + (x - across[0]) / (across[1] - across[0]) * (right - _LEFT),
            low - (y - up[0]) / (up[1] - up[0]) * (low - _TOP),
        )

    parts = []
    for mark in marks:
        (left, y), (right, _) = place(across[0], mark), place(across[1], mark)
        parts.append(
            f'<path d="M{left:.1f} {y:.1f} H{right:.1f}" stroke="currentColor" opacity="0.15"/>'
        )
        parts.append(_label(left - 6, y + 4, f"{mark:.6g}", "end"))
    for mark in ticks(*across, whole=True):
        if across[0] <= mark <= across[1]:
            parts.append(_label(place(mark, up[0])[0], _HEIGHT - 8, f"{mark:.0f}", "middle"))
    for line, colour in zip(lines, (TRAINING, VALIDATION), strict=False):
        parts += [_curve([place(*point) for point in run], colour) for run in _runs(line)]
    title = "".join(
        f'<tspan fill="{colour}">{escape(s.name)}</tspan> '
        for s, colour in zip(pair, (TRAINING, VALIDATION), strict=False)
    )
    parts.append(f'<text x="{_LEFT:.0f}" y="16" font-size="13" font-weight="600">{title}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:.0f}" height="{_HEIGHT:.0f}" '
        f'viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" font-family="sans-serif" fill="none">'
        f"{''.join(parts)}</svg>"
    )


def _points(series: Series) -> Points:
    """Where the values stand, NaN for what cannot be drawn."""
    found = [(epoch + 1, _number(v)) for epoch, v in zip(*series[1:], strict=True)]
    return [(x, y if y is not None and abs(y) <= _LARGEST else math.nan) for x, y in found]


def _runs(line: Points) -> list[Points]:
    """The parts of a line between values that are cannot be drawn: those leave a gap."""
    runs: list[Points] = [[]]
    for point in line:
        if not math.isnan(point[1]):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _curve(points: Sequence[tuple[float, float]], colour: str) -> str:
    if len(points) == 1:
        ((x, y),) = points
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{corners}" stroke="{colour}" stroke-width="1.8"/>'


def _label(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" fill="currentColor" opacity="0.75" '
        f'text-anchor="{anchor}">{words}</text>'
    )


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """Round numbers from one at or below `low` to one at or above `high`.

    Args:
        low, high: at most `_LARGEST` in size.
        whole: whether none but whole numbers will do.
    """
    size = max(abs(low), abs(high))
    span = high - low
    if span <= 1e-12 * size:  # as good as constant
        span = size or 1.0
    unit = 10.0 ** math.floor(math.log10(max(span, 1 / _LARGEST) / _INTERVALS))
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n * _INTERVALS >= span * (1 - 1e-9))
    if whole:
        step = max(1.0, step)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * n for n in range(first, max(last, first + 1) + 1)]

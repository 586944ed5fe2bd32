"""A small fully connected network, neuron by neuron, with its numbers.

Columns of circles are layers. On every edge stands its weight W_ij, above, in blue, and its
gradient dH/dW_ij, below, in orange; in a circle the activation a_j; beside it z_j, dH/da_j and
dH/dz_j, which is the bias's gradient too.

    z_j = sum_i W_ij a_i + b_j,   a_j = g(z_j)

`draw_neurons` is the finished picture, `neuron_frames` the sequence: layer by layer forwards, then
layer by layer backwards.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scratch.ops.drawing.draw_values import (
    GRADIENT,
    INK,
    LINE,
    MONOSPACE,
    VALUE,
    document,
    number,
    text,
)

_COLUMN, _ROW, _RADIUS, _MARGIN = 340.0, 150.0, 27.0, 60.0
_NEAR = 0.25  # where on an edge its numbers stand: nearer to its source, before edges cross


class LayerNumbers(NamedTuple):
    """One layer: weights (n_before, n), and z, a and all gradients, of one input vector."""

    w: np.ndarray
    z: np.ndarray
    a: np.ndarray
    dw: np.ndarray
    dz: np.ndarray
    da: np.ndarray


def draw_neurons(x: np.ndarray, layers: Sequence[LayerNumbers], title: str) -> str:
    """The network with all values and gradients, as a self-contained SVG document.

    Args:
        x: the input, (n_0,).
        layers: from the first to the last.
        title: written above.
    """
    return _draw(x, layers, title, 2 * len(layers) + 1, None)


def neuron_frames(x: np.ndarray, layers: Sequence[LayerNumbers], title: str) -> list[str]:
    """The drawing of `draw_neurons` step by step, one SVG document a step."""
    steps = ["the input and the weights"]
    steps += [f"forward: layer {k + 1}" for k in range(len(layers))]
    steps += [f"backward: layer {k + 1}" for k in reversed(range(len(layers)))]
    return [
        _draw(x, layers, title, i, f"step {i + 1} of {len(steps)}: {said}")
        for i, said in enumerate(steps)
    ]


def _draw(
    x: np.ndarray, layers: Sequence[LayerNumbers], title: str, step: int, caption: str | None
) -> str:
    sizes = [len(x), *(len(layer.z) for layer in layers)]
    height = max(sizes) * _ROW + 90
    width = len(layers) * _COLUMN + 2 * _MARGIN + 60
    middle = 44 + max(sizes) * _ROW / 2
    places = [
        [(_MARGIN + k * _COLUMN, middle + (i - (n - 1) / 2) * _ROW) for i in range(n)]
        for k, n in enumerate(sizes)
    ]
    body = [text(width / 2, 27, title, size=17, weight=600)]
    for k, layer in enumerate(layers):
        back = step >= 2 * len(layers) - k
        for i, start in enumerate(places[k]):
            for j, end in enumerate(places[k + 1]):
                body.append(_edge(start, end, layer.w[i, j], layer.dw[i, j] if back else None))
    body += [_circle(place, number(v)) for place, v in zip(places[0], x, strict=True)]
    for k, layer in enumerate(layers):
        back = step >= 2 * len(layers) - k
        for j, place in enumerate(places[k + 1]):
            known = step > k
            body.append(_circle(place, number(layer.a[j]) if known else ""))
            beside = [f"z = {number(layer.z[j])}"] if known else []
            after = [f"da = {number(layer.da[j])}", f"dz = {number(layer.dz[j])}"] if back else []
            body.append(_beside(place, beside, after))
    if caption is None:
        body.append(text(width / 2 - 8, height - 14, "values", VALUE, anchor="end"))
        body.append(text(width / 2 + 8, height - 14, "gradients", GRADIENT, anchor="start"))
    else:
        body.append(text(width / 2, height - 14, caption))
    return document(width, height, "".join(body))


def _edge(
    start: tuple[float, float], end: tuple[float, float], weight: float, gradient: float | None
) -> str:
    (x1, y1), (x2, y2) = start, end
    share = _RADIUS / float(np.hypot(x2 - x1, y2 - y1))
    a, b = (x1 + share * (x2 - x1), y1 + share * (y2 - y1)), (x2 - share * (x2 - x1), y2 - share * (y2 - y1))  # fmt: skip  # noqa: E501
    x, y = x1 + _NEAR * (x2 - x1), y1 + _NEAR * (y2 - y1)
    line = (
        f'<path d="M{a[0]:.1f} {a[1]:.1f} L{b[0]:.1f} {b[1]:.1f}" stroke="{LINE}" '
        'stroke-width="1.3" marker-end="url(#to)"/>'
    )
    numbers = [(number(weight), VALUE)] + ([] if gradient is None else [(number(gradient), GRADIENT)])  # fmt: skip  # noqa: E501
    wide = 7.9 * max(len(n) for n, _ in numbers) + 6
    high = 15.0 * len(numbers) + 2
    plate = (
        f'<rect x="{x - wide / 2:.1f}" y="{y - high / 2:.1f}" width="{wide:.1f}" '
        f'height="{high:.1f}" fill="#ffffff" rx="3"/>'
    )
    first = y - high / 2 + 12.5
    return (
        line
        + plate
        + "".join(
            text(x, first + 15 * i, n, colour, font=MONOSPACE)
            for i, (n, colour) in enumerate(numbers)
        )
    )


def _circle(place: tuple[float, float], inside: str) -> str:
    x, y = place
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="#fafafa" stroke="{INK}" '
        f'stroke-width="1.4"/>' + text(x, y + 5, inside, VALUE, 14, weight=600, font=MONOSPACE)
    )


def _on_white(x: float, y: float, words: str, colour: str) -> str:
    """A text that edges do not run through."""
    wide = 7.9 * len(words) + 4
    plate = f'<rect x="{x - wide / 2:.1f}" y="{y - 12:.1f}" width="{wide:.1f}" height="16" fill="#ffffff"/>'  # fmt: skip  # noqa: E501
    return plate + text(x, y, words, colour, font=MONOSPACE)


def _beside(place: tuple[float, float], values: list[str], gradients: list[str]) -> str:
    x, y = place
    above = "".join(_on_white(x, y - _RADIUS - 8, v, VALUE) for v in values)
    return above + "".join(
        _on_white(x, y + _RADIUS + 17 + 16 * i, g, GRADIENT) for i, g in enumerate(gradients)
    )

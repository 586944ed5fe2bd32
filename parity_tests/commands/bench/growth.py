"""Time per step, against one size after another; and what a layer and a step cost by themselves.

    time per step beyond the matrix products = a + b layers        by least squares

over small networks of growing depth (8 tanh units a layer, batch 32), whose arithmetic is next to
nothing: a is what a step costs whatever the network, b is what each layer adds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from parity_tests.commands.bench.measure import Seconds, spread
from parity_tests.commands.bench.work import LECTURE, Work

FOLLOWED = ("scratch", "tf", "products")


class Point(NamedTuple):
    """A size, and the work that has it."""

    size: int
    work: Work


def _batch(size: int) -> Work:
    steps = max(5, min(500, 20_480 // size))
    return Work(f"batch size {size}", batch=size, samples=steps * size)


def _width(units: int) -> Work:
    return Work(f"width {units}", sizes=(784, units, units, 10), samples=3_200)


def _depth(hidden: int) -> Work:
    return Work(f"depth {hidden}", sizes=(784, *[256] * hidden, 10), samples=3_200)


def _layers(layers: int) -> Work:
    return Work(f"layers {layers}", sizes=(2, *[8] * (layers - 1), 1), samples=6_400)


def _samples(samples: int) -> Work:
    return Work(f"samples {samples}", sizes=LECTURE, samples=samples)


AXES: dict[str, list[Point]] = {
    title: [Point(size, make(size)) for size in sizes]
    for title, make, sizes in (
        ("batch size", _batch, (1, 4, 16, 64, 256, 1024, 4096)),
        ("units of two hidden layers", _width, (16, 64, 256, 1024)),
        ("hidden layers of 256 units", _depth, (1, 2, 4, 8)),
        ("samples of an epoch", _samples, (320, 992, 3_200, 10_016, 32_000)),
        ("layers of 8 units", _layers, (2, 3, 5, 9, 17)),
    )
}
OVERHEAD = "layers of 8 units"
NETWORKS = {
    "batch size": "784-300-100-10",
    "units of two hidden layers": "784-n-n-10, batch 32",
    "hidden layers of 256 units": "784-256-...-256-10, batch 32",
    "samples of an epoch": "784-300-100-10, batch 32",
    "layers of 8 units": "2-8-...-8-1, batch 32",
}


def per_step(works: Sequence[Work], seconds: Seconds, key: str) -> list[float]:
    """Seconds per step of a peer: the median for each of the works."""
    return [spread(seconds[work.name][key]).median / work.steps for work in works]


def overhead(points: Sequence[Point], seconds: Seconds, key: str) -> dict[str, float]:
    """What a peer's step costs beyond the products, in seconds: `per_step` a and `per_layer` b.

    Raises:
        KeyError: when the peer or the products were not measured.
    """
    works = [point.work for point in points]
    beyond = np.subtract(per_step(works, seconds, key), per_step(works, seconds, "products"))
    a, b = line([work.layers for work in works], beyond)
    return {"per_step": a, "per_layer": b}


def line(x: Sequence[float], y: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """a and b of the least-squares line y = a + b x."""
    b, a = np.polyfit(x, y, 1)
    return float(a), float(b)

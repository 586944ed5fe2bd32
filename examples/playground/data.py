"""Data sets, each by a formula, its noise and a seed.

Points of the plane lie in [-6, 6]^2. A set is a function of a random generator, a number of samples
and a noise from 0 to 0.5; it gives inputs (n, k) and labels (n,): class numbers, real numbers, or
None where the inputs themselves are to be given back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

REACH = 6.0  # of the plane that is drawn
Drawn = tuple[np.ndarray, Any]


@dataclass(frozen=True)
class DataSet:
    """A set of samples.

    Args:
        title: for the menu.
        kind: `"classification"`, `"regression"` or `"autoencoder"`.
        draw: see above.
        inputs: names of the inputs; none of images and sequences.
        classes: how many there are.
        shape: of an input that is no list of numbers: (length, channels) of a sequence, or
            (height, width, channels) of an image.
    """

    title: str
    kind: str
    draw: Callable[[np.random.Generator, int, float], Drawn]
    inputs: tuple[str, ...] = ("x", "y")
    classes: int = 0
    shape: tuple[int, ...] | None = None


def _polar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _moved(draw: np.random.Generator, x: np.ndarray, by: float) -> np.ndarray:
    """Points after a push in any direction, kept inside of the plane."""
    return np.clip(x + by * draw.uniform(-1, 1, x.shape), -REACH, REACH)


def circle(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """A disc in a ring; noise moves the place at which the label is read."""
    inner = np.arange(n) % 2 == 0
    radius = np.where(inner, draw.uniform(0, 2.5, n), draw.uniform(3.5, 5, n))
    x = _polar(radius, draw.uniform(0, 2 * np.pi, n))
    read = x + 5 * noise * draw.uniform(-1, 1, x.shape)
    return x, (np.hypot(read[:, 0], read[:, 1]) < 3).astype(int)


def xor(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Opposite quarters of a square belong together."""
    x = draw.uniform(-5, 5, (n, 2))
    x += 0.3 * np.sign(x)
    read = x + 5 * noise * draw.uniform(-1, 1, x.shape)
    return x, (read[:, 0] * read[:, 1] > 0).astype(int)


def gauss(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Two clouds, which noise widens."""
    y = np.arange(n) % 2
    centre = np.where(y == 1, 2.0, -2.0)[:, None]
    x = centre + np.sqrt(0.5 + 7 * noise) * draw.standard_normal((n, 2))
    return np.clip(x, -REACH, REACH), y


def spiral(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Two arms around each other."""
    y = np.arange(n) % 2
    along = np.arange(n) // 2 / max(1, (n - 1) // 2)
    along = np.clip(along + draw.uniform(-0.5, 0.5, n) / n, 0, 1)
    x = _polar(5 * along, 3.5 * np.pi * along + np.pi * y)
    return _moved(draw, x, 2 * noise), y


def moons(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Two half circles that reach into each other."""
    y = np.arange(n) % 2
    angle = draw.uniform(0, np.pi, n)
    side = 1 - 2 * y
    x = np.stack([3 * np.cos(angle) * side + 1.5 * y * 2 - 1.5, 3 * np.sin(angle) * side], axis=1)
    return _moved(draw, x + np.stack([0 * y, y - 0.5], axis=1), 0.3 + 3 * noise), y


def checkerboard(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Nine squares in two colours."""
    x = draw.uniform(-4.5, 4.5, (n, 2))
    read = x + 3 * noise * draw.uniform(-1, 1, x.shape)
    return x, (np.floor((read + 4.5) / 3).sum(axis=1) % 2).astype(int)


def linear(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Two sides of a line, with a gap that noise closes."""
    y = np.arange(n) % 2
    across = np.where(y == 1, 1, -1) * draw.uniform(0.6 - 3 * noise, 4, n)
    along = draw.uniform(-4, 4, n)
    x = np.stack([0.6 * along + 0.8 * across, -0.8 * along + 0.6 * across], axis=1)
    return np.clip(x + 0.5, -REACH, REACH), y


def clouds(k: int) -> Callable[[np.random.Generator, int, float], Drawn]:
    """k clouds on a circle."""

    def draw_clouds(draw: np.random.Generator, n: int, noise: float) -> Drawn:
        y = np.arange(n) % k
        centre = _polar(np.full(n, 3.8), 2 * np.pi * y / k + 0.5)
        width = (0.8 + 3 * noise) * 3 / k**0.7
        return np.clip(centre + width * draw.standard_normal((n, 2)), -REACH, REACH), y

    return draw_clouds


def pinwheel(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Five bent arms."""
    y = np.arange(n) % 5
    radius = draw.uniform(0.8, 5.5, n)
    angle = 2 * np.pi * y / 5 + 0.35 * radius + (0.12 + noise) * draw.standard_normal(n)
    return _polar(radius, angle), y


def rings(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Three rings."""
    y = np.arange(n) % 3
    x = _polar(0.8 + 1.9 * y + draw.uniform(-0.5, 0.5, n), draw.uniform(0, 2 * np.pi, n))
    return _moved(draw, x, 2 * noise), y


def plane(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """A slope: the tenth part of x + y."""
    x = draw.uniform(-REACH, REACH, (n, 2))
    read = x + REACH * noise * draw.uniform(-1, 1, x.shape)
    return x, read.sum(axis=1) / 10


def hills(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Three cones up and three down, in two rows."""
    x = draw.uniform(-REACH, REACH, (n, 2))
    read = x + REACH * noise * draw.uniform(-1, 1, x.shape)
    columns, rows = np.meshgrid([-4.0, 0.0, 4.0], [-2.5, 2.5])
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1)
    signs = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    away = np.linalg.norm(read[:, None] - centres, axis=2)
    heights = signs * np.maximum(0, 1 - away / 2)
    return x, heights[np.arange(n), np.abs(heights).argmax(axis=1)]


def parabola(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """A curve over one input: x^2, to fit."""
    x = draw.uniform(-REACH, REACH, (n, 1))
    return x, x[:, 0] ** 2 / 18 - 1 + 2 * noise * draw.uniform(-1, 1, n)


def sine(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """A wave over one input."""
    x = draw.uniform(-REACH, REACH, (n, 1))
    return x, np.sin(x[:, 0]) + 2 * noise * draw.uniform(-1, 1, n)


def coded_line(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Points of a line, to be written as one number and read again."""
    t = draw.uniform(-1, 1, n)
    return _moved(draw, np.stack([4 * t, 2 * t + 1], axis=1), 2 * noise), None


def coded_parabola(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Points of a bent line."""
    t = draw.uniform(-1, 1, n)
    return _moved(draw, np.stack([4 * t, 6 * t * t - 3], axis=1), 2 * noise), None


def coded_circle(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Points of a closed line, which one number cannot tell without a jump."""
    return _moved(draw, _polar(np.full(n, 4.0), draw.uniform(0, 2 * np.pi, n)), 2 * noise), None


def coded_bits(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Four words, one bit of four set, to be written as two numbers."""
    bits = np.eye(4)[np.arange(n) % 4]
    return bits + 0.5 * noise * draw.uniform(-1, 1, bits.shape), None


def strokes(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Images of 8 x 8: a stroke across, down, along a diagonal, or two crossed."""
    y = np.arange(n) % 4
    images = noise * draw.uniform(-1, 1, (n, 8, 8, 1))
    row, column = np.indices((8, 8))
    for image, kind, at in zip(images, y, draw.integers(1, 7, n), strict=True):
        shapes = (row == at, column == at, row - column == at - 4, (row == at) | (column == at))
        image[..., 0] += shapes[kind]
    return images, y


def glides(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Spectrograms of 12 moments x 16 frequencies: a tone that rises, falls, or stays.

    A bump of the frequencies, exp(-(f - f(t))^2 / 2), begins at a moment that is drawn, glides for
    four moments by six frequencies up, down or by none, and stays where it came to. Where in time
    it glides says nothing, nor does the frequency. The first frequency is the highest.
    """
    y = np.arange(n) % 3
    begins, end = draw.integers(0, 6, n), draw.uniform(6.5, 8.5, n)
    time, frequency = np.arange(12), np.arange(16)
    gone = np.clip((time - begins[:, None]) / 4, 0, 1)  # of the glide, (n, time)
    by = np.array([6.0, -6.0, 0.0])[y]
    at = end[:, None] + by[:, None] * (1 - gone)
    tone = (
        np.exp(-0.5 * np.square(frequency - at[..., None])) * (time >= begins[:, None])[..., None]
    )
    return np.round(tone + noise * draw.uniform(-1, 1, tone.shape), 2), y


def vowels(draw: np.random.Generator, n: int, noise: float) -> Drawn:
    """Ten clouds like vowels by their two formants: along a triangle, slanted, and overlapping.

    The corners are as those of i, a and u: a low first formant with a high and a low second one,
    and a high first one between them.
    """
    y = np.arange(n) % 10
    corners = np.array([[-4.0, 4.5], [4.2, 0.5], [-3.4, -4.5]])
    side, along = np.divmod(3 * y / 10, 1)
    a, b = corners[side.astype(int)], corners[(side.astype(int) + 1) % 3]
    centre = a + along[:, None] * (b - a)
    slanted = draw.standard_normal((n, 2)) @ np.array([[0.5, 0.2], [0.0, 0.4]])
    return np.clip(centre + (1 + 3 * noise) * slanted, -REACH, REACH), y


def _classes(title: str, draw: Any, k: int) -> DataSet:
    return DataSet(title, "classification", draw, classes=k)


DATA: dict[str, DataSet] = {
    "circle": _classes("A disc in a ring", circle, 2),
    "xor": _classes("XOR", xor, 2),
    "gauss": _classes("Two clouds", gauss, 2),
    "spiral": _classes("Two spirals", spiral, 2),
    "moons": _classes("Two moons", moons, 2),
    "checkerboard": _classes("Checkerboard", checkerboard, 2),
    "linear": _classes("Two sides of a line", linear, 2),
    "three_clouds": _classes("Three clouds", clouds(3), 3),
    "rings": _classes("Three rings", rings, 3),
    "pinwheel": _classes("Five arms", pinwheel, 5),
    "ten_clouds": _classes("Ten clouds", clouds(10), 10),
    "vowels": DataSet("Ten vowels", "classification", vowels, ("F1", "F2"), 10),
    "plane": DataSet("A slope", "regression", plane),
    "hills": DataSet("Hills and valleys", "regression", hills),
    "parabola": DataSet("A parabola", "regression", parabola, ("x",)),
    "sine": DataSet("A wave", "regression", sine, ("x",)),
    "coded_line": DataSet("Points of a line", "autoencoder", coded_line),
    "coded_parabola": DataSet("Points of a parabola", "autoencoder", coded_parabola),
    "coded_circle": DataSet("Points of a circle", "autoencoder", coded_circle),
    "coded_bits": DataSet("One of four bits", "autoencoder", coded_bits, ("a", "b", "c", "d")),
    "strokes": DataSet("Images of strokes", "classification", strokes, (), 4, (8, 8, 1)),
    "glides": DataSet("Tones that glide", "classification", glides, (), 3, (12, 16)),
}
KINDS = ("classification", "regression", "autoencoder")

"""Drawn colour pictures, 64 x 64 x 3, with and without a soccer ball.

A soccer ball is a truncated icosahedron blown up to a sphere. Its 12 pentagons (black) and 20
hexagons (white) lie in planes p . c = d with unit normals c; the sphere's point p belongs to the
face whose plane its ray meets first, the one with the largest p . c / d. A seam is where the two
largest are nearly equal. A random rotation is a random unit quaternion.

Pictures without a ball mostly hold a plain ball of another colour, and all hold a box or two, so
that the question is not settled by whether something is there. Lecture 002, "is there a soccer
ball in the image?".
"""

import numpy as np

from .raster import Draws, cover

NAME = "drawn soccer balls"
SIDE = 64
SEED = 64_03
BATCH = 50
PENTAGON_PLANE, HEXAGON_PLANE = 2.32744, 2.26728  # distances from the middle for edges of length 1

Pair = tuple[np.ndarray, np.ndarray]


def load_data() -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: uint8 images (count, 64, 64, 3) and uint8 labels.

    1,600 pictures for training and 400 for testing; half of them, those of label 1, show a soccer
    ball. The same bytes on every call and machine.
    """
    return draw(1600, stream=0), draw(400, stream=1)


def draw(count: int, stream: int) -> Pair:
    """`count` pictures and their labels, in random order; other streams give other pictures."""
    draws = Draws(SEED, stream)
    labels = (draws.order(count) % 2).astype(np.uint8)
    images = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for start in range(0, count, BATCH):
        some = labels[start : start + BATCH]
        images[start : start + BATCH] = _pictures(some, draws)
    return images, labels


def _pictures(labels: np.ndarray, draws: Draws) -> np.ndarray:
    count = len(labels)
    light = draws.uniform(0.6, 1.1, count)
    canvas = np.ones((count, SIDE, SIDE, 3), np.float32) * _colour((0.2, 0.5, 0.16), draws, count)
    for _ in range(2):
        _box(canvas, draws)
    radius = draws.uniform(11, 19, count)
    u, v = (_from_middle(draws.uniform(24, 40, count), radius) for _ in range(2))
    u, v = u[:, None, :], v[:, :, None]  # columns and rows, in radii
    square = u * u + v * v
    inside = np.clip((1 - square) * _each(radius) * np.float32(0.5) + np.float32(0.5), 0, 1)
    depth = np.sqrt(np.clip(1 - square, 0, 1))
    leather = _soccer_ball(u, v, depth, draws)[..., None] * np.ones(3, np.float32)
    plain = _colour((0.7, 0.4, 0.25), draws, count)
    is_ball = labels.astype(np.float32)
    leather += (1 - is_ball).reshape(-1, 1, 1, 1) * (plain - leather)
    leather *= (np.float32(0.55) + np.float32(0.45) * np.clip(depth - v * 0.5, 0, 1))[..., None]
    shown = np.maximum(is_ball, draws.chance(0.7, count))
    canvas += (inside * _each(shown))[..., None] * (leather - canvas)
    canvas *= light.reshape(-1, 1, 1, 1)
    grain = draws.noise(canvas.shape).astype(np.float32) - np.float32(127.5)
    canvas += grain * np.float32(0.12 / 255)
    return np.rint(np.clip(canvas, 0, 1) * 255).astype(np.uint8)


def _soccer_ball(u: np.ndarray, v: np.ndarray, depth: np.ndarray, draws: Draws) -> np.ndarray:
    """Brightness of the leather at each point (u, v, depth) of a sphere turned at random."""
    count = len(depth)
    a, b, c, d = (draws.uniform(-1, 1, count) for _ in range(4))
    length = np.sqrt(a * a + b * b + c * c + d * d)
    a, b, c, d = a / length, b / length, c / length, d / length
    turn = (
        (1 - 2 * (c * c + d * d), 2 * (b * c - a * d), 2 * (b * d + a * c)),
        (2 * (b * c + a * d), 1 - 2 * (b * b + d * d), 2 * (c * d - a * b)),
        (2 * (b * d - a * c), 2 * (c * d + a * b), 1 - 2 * (b * b + c * c)),
    )
    nearest = {}
    for normals, plane in ((_pentagons(), PENTAGON_PLANE), (_hexagons(), HEXAGON_PLANE)):
        first = np.full(depth.shape, -1, np.float32)
        second = first.copy()
        for x, y, z in normals / np.float32(plane):
            column, row, front = (_each(r[0] * x + r[1] * y + r[2] * z) for r in turn)
            reach = u * column + v * row + depth * front
            np.maximum(second, np.minimum(first, reach), out=second)
            np.maximum(first, reach, out=first)
        nearest[plane] = first, second
    black, _ = nearest[PENTAGON_PLANE]
    white, next_white = nearest[HEXAGON_PLANE]
    seam = np.clip((white - next_white) * 60, 0, 1)
    ink = np.clip((black - white) * 60 + np.float32(0.5), 0, 1)
    return (np.float32(0.55) + np.float32(0.43) * seam) * (1 - ink) + np.float32(0.06) * ink


def _pentagons() -> np.ndarray:
    """The icosahedron's 12 vertices: unit vectors, shape (12, 3)."""
    phi = (1 + np.sqrt(5.0)) / 2
    corners = [(0, s, t * phi) for s in (-1, 1) for t in (-1, 1)]
    return _unit([shifted for c in corners for shifted in (c, c[1:] + c[:1], c[2:] + c[:2])])


def _hexagons() -> np.ndarray:
    """The directions of the icosahedron's 20 faces (a dodecahedron's vertices), shape (20, 3)."""
    phi = (1 + np.sqrt(5.0)) / 2
    corners = [(0, s / phi, t * phi) for s in (-1, 1) for t in (-1, 1)]
    cube = [(r, s, t) for r in (-1, 1) for s in (-1, 1) for t in (-1, 1)]
    return _unit(cube + [shifted for c in corners for shifted in (c, c[1:] + c[:1], c[2:] + c[:2])])


def _unit(vectors: list[tuple[float, ...]]) -> np.ndarray:
    v = np.array(vectors)
    length = np.sqrt(v[:, 0] ** 2 + v[:, 1] ** 2 + v[:, 2] ** 2)
    return (v / length[:, None]).astype(np.float32)


def _box(canvas: np.ndarray, draws: Draws) -> None:
    """Stand a slanted box of some colour on each picture."""
    count = len(canvas)
    x, y, slant = (draws.uniform(low, high, count) for low, high in ((0, 64), (0, 64), (-6, 6)))
    w, h = draws.uniform(3, 10, count), draws.uniform(3, 14, count)
    corners = ((x - w, y - h), (x + w, y - h), (x + w + slant, y + h), (x - w + slant, y + h))
    ink = cover(corners, count, SIDE, SIDE)
    canvas += ink[..., None] * (_colour((0.5, 0.5, 0.5), draws, count, 0.45) - canvas)


def _colour(
    around: tuple[float, float, float], draws: Draws, count: int, spread: float = 0.25
) -> np.ndarray:
    channels = [draws.uniform(c - spread, c + spread, count) for c in around]
    return np.clip(np.stack(channels, axis=-1), 0, 1).reshape(count, 1, 1, 3)


def _from_middle(middle: np.ndarray, radius: np.ndarray) -> np.ndarray:
    pixel = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)
    return (pixel - middle[:, None]) / radius[:, None]


def _each(value: np.ndarray) -> np.ndarray:
    return np.asarray(value, np.float32).reshape(-1, 1, 1)

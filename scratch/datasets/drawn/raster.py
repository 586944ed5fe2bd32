"""Drawing many small pictures at once: convex polygons, and random numbers that never change.

A convex polygon meets a row of pixels in one span [left, right]. So a stack of n pictures needs the
two ends of n x rows spans, and the share of a pixel that a span covers is a difference:

    cover(row, column) = height(row) * clip(min(right, column + 1) - max(left, column), 0, 1)

with height(row) the part of the row between the polygon's top and bottom: edges come out smooth.
Only + - * / sqrt, comparisons and rounding are used, which IEEE 754 defines to the last bit, and
the raw output of a bit generator, which NumPy keeps stable: the pictures are the same everywhere.
"""

from collections.abc import Sequence

import numpy as np

Coordinate = np.ndarray | float


class Draws:
    """Independent uniform draws from Philox under a fixed key; no global state is involved.

    numpy.random.Generator may change how it makes floats of bits; its bit generators may not.
    """

    def __init__(self, seed: int, stream: int):
        """Open stream number `stream` under `seed`."""
        self._bits = np.random.Philox(key=[seed, stream])

    def uniform(self, low: float, high: float, count: int) -> np.ndarray:
        """float32 of shape (count,), uniform in [low, high)."""
        raw = (self._bits.random_raw(count) >> np.uint64(40)).astype(np.float32)
        return np.float32(low) + raw * np.float32((high - low) * 2.0**-24)

    def chance(self, probability: float, count: int) -> np.ndarray:
        """Booleans of shape (count,), True with `probability`."""
        return self.uniform(0, 1, count) < np.float32(probability)

    def noise(self, shape: tuple[int, ...]) -> np.ndarray:
        """uint8 of `shape`, every value equally likely."""
        count = int(np.prod(shape))
        return (
            self._bits.random_raw(-(-count // 8))
            .astype("<u8")
            .view(np.uint8)[:count]
            .reshape(shape)
        )

    def order(self, count: int) -> np.ndarray:
        """A random permutation of range(count)."""
        return np.argsort(self._bits.random_raw(count), kind="stable")


def cover(
    vertices: Sequence[tuple[Coordinate, Coordinate]], count: int, rows: int, columns: int
) -> np.ndarray:
    """Share of each pixel inside a convex polygon: float32 of shape (count, rows, columns).

    `vertices` are (x, y) in pixels, x to the right and y down from the upper left corner, in order
    around the polygon; a coordinate is one number for all pictures or an array of shape (count,).
    """
    points = [(_column(x, count), _column(y, count)) for x, y in vertices]
    top, bottom = points[0][1], points[0][1]
    for _, y in points[1:]:
        top, bottom = np.minimum(top, y), np.maximum(bottom, y)
    row = np.arange(rows, dtype=np.float32)[None, :]
    height = np.clip(np.minimum(row + 1, bottom) - np.maximum(row, top), 0, 1)
    middle = np.clip(row + np.float32(0.5), top, bottom)
    left = np.full((count, rows), np.inf, np.float32)
    right = np.full((count, rows), -np.inf, np.float32)
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        rise = y1 - y0
        flat = rise == 0
        along = (middle - y0) / np.where(flat, np.float32(1), rise)
        x = x0 + along * (x1 - x0)
        crosses = (along >= 0) & (along <= 1) & ~flat
        np.minimum(left, x, out=left, where=crosses)
        np.maximum(right, x, out=right, where=crosses)
    column = np.arange(columns, dtype=np.float32)
    covered = np.minimum(right[:, :, None], column + 1)
    covered -= np.maximum(left[:, :, None], column)
    np.clip(covered, 0, 1, out=covered)
    covered *= height[:, :, None]
    return covered


def _column(value: Coordinate, count: int) -> np.ndarray:
    return np.broadcast_to(np.asarray(value, np.float32), (count,))[:, None]

"""A stack of canvases on which one kind of garment is drawn, a little differently on each.

Shapes are polygons laid over one another; `develop` turns the stack into grey levels and adds what
every photograph has: light from a side, the pattern of the cloth, grain, something in the way.

Coordinates: x to the right from the middle of the garment, y down, in pixels of the 28 x 28 grid.
"""

import numpy as np

from .raster import Coordinate, Draws, cover

SIDE = 28


class Sheet:
    """A stack of canvases of one class, each with its own size, place, slant and brightness."""

    def __init__(self, count: int, draws: Draws):
        """Lay out `count` empty canvases that take their variations from `draws`."""
        self.count = count
        self.draws = draws
        self.canvas = np.zeros((count, SIDE, SIDE), np.float32)
        self.wide, self.high = self.between(0.8, 1.12), self.between(0.86, 1.06)
        self.slant = self.between(-0.07, 0.07)
        self.right, self.down = self.between(-1.3, 1.3), self.between(-1.2, 1.2)
        self.shade = self.between(0.35, 1.0)

    def between(self, low: float, high: float) -> np.ndarray:
        """One draw a picture, uniform in [low, high)."""
        return self.draws.uniform(low, high, self.count)

    def maybe(self, probability: float) -> np.ndarray:
        """1 with `probability`, otherwise 0, for each picture."""
        return self.draws.chance(probability, self.count).astype(np.float32)

    def paint(
        self, *corners: tuple[Coordinate, Coordinate], tone: Coordinate = 1.0, ink: Coordinate = 1.0
    ) -> None:
        """Lay a polygon of brightness `shade` * `tone` over the canvas, with opacity `ink`."""
        vertices = []
        for x, y in corners:
            lower = (np.asarray(y, np.float32) - 14) * self.high
            across = np.asarray(x, np.float32) * self.wide + self.slant * lower
            vertices.append((14 + self.right + across, 14 + self.down + lower))
        opacity = cover(vertices, self.count, SIDE, SIDE)
        opacity *= _each(ink)
        self.canvas += opacity * (_each(self.shade * tone) - self.canvas)

    def both(self, *corners: tuple[Coordinate, Coordinate], tone: Coordinate = 1.0) -> None:
        """Paint a polygon and its mirror image; they should overlap, or a seam shows."""
        self.paint(*corners, tone=tone)
        self.paint(*((-np.asarray(x, np.float32), y) for x, y in corners), tone=tone)

    def develop(self) -> np.ndarray:
        """Cloth and disturbances on top of the shapes; uint8 of shape (count, 28, 28)."""
        worn = self.canvas > np.float32(0.02)
        row = np.arange(SIDE, dtype=np.float32)[None, :, None]
        column = np.arange(SIDE, dtype=np.float32)[None, None, :]
        light = 1 + _each(self.between(-0.018, 0.018)) * (column - 14)  # from one side
        self.canvas *= light
        for line in (row, column):  # stripes along and across
            depth = _each(self.between(0.1, 0.6) * self.maybe(0.22))
            step = line / _each(self.between(1.6, 4.0)) + _each(self.between(0, 1))
            self.canvas *= 1 - depth * (step - np.floor(step) > np.float32(0.5))
        grain = self.draws.noise((2, self.count, SIDE, SIDE)).astype(np.float32)
        grain[0] += grain[1]
        grain[0] -= 255
        grain[0] *= _each(self.between(0.02, 0.32)) * np.float32(1 / 255)
        self.canvas += grain[0] * worn
        self._hide_a_part()
        return np.rint(np.clip(self.canvas, 0, 1) * 255).astype(np.uint8)

    def _hide_a_part(self) -> None:
        x, y = self.between(0, 28), self.between(0, 28)
        w, h = self.between(2, 5), self.between(2, 5)
        hidden = cover(
            [(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], self.count, SIDE, SIDE
        )
        self.canvas *= 1 - hidden * _each(self.maybe(0.2))


def _each(value: Coordinate) -> np.ndarray:
    return np.asarray(value, np.float32).reshape(-1, 1, 1)

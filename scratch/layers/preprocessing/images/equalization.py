"""Images, of which each brightness is as frequent as any other.

h counts values, c(v) = h(0) + ... + h(v) are its sums: the value v becomes

    Equalization   255 (c(v) - c0) / (n - c0),  c0 the first count; over all images of a batch
    CLAHE          the same in each tile of an image, with counts cut at a limit; a pixel between
                   the middles of four tiles gets what is linear in between   (Zuiderveld, 1994)
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.preprocessing.images.image_layer import ImageLayer, sorted_range
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import as_index
from scratch.ops.image.layout import from_last, to_last
from scratch.serialization.configured import configured

_f32 = np.float32


@configured(keys="bins value_range")
class Equalization(ImageLayer):
    """Makes all values as frequent (`keras.layers.Equalization`), for each channel.

    Args:
        value_range: the least and the largest value of a pixel.
        bins: how many values are told apart.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a range that is no pair.
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        bins: int = 256,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.bins = bins
        self.value_range = sorted_range(value_range)

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        if not training:
            return images
        images = to_last(ops.cast(images, self.compute_dtype), self.data_format)
        equal = _equalized(images, bins=self.bins, value_range=self.value_range)
        return ops.cast(from_last(equal, self.data_format), self.compute_dtype)


@operation()
def _equalized(x: Tensor, bins: int = 256, value_range: Any = (0, 255)) -> Tensor:
    low, high = value_range
    up, down = 255 / (high - low), (high - low) / 255
    values = x * x.dtype.type(up) + x.dtype.type(0 - low * up)
    y = np.empty(x.shape)
    for i in range(x.shape[-1]):
        channel = values[..., i]
        scaled = channel.astype(_f32) * _f32(bins - 1) / _f32(255)
        counts = np.bincount(np.clip(scaled.astype(int), 0, bins - 1).reshape(-1), minlength=bins)
        if np.count_nonzero(counts) <= 1:
            y[..., i] = channel
            continue
        sums = np.cumsum(counts)
        first = sums[np.flatnonzero(sums)[0]]
        table = np.clip(np.rint((sums - first) * 255 / max(sums[-1] - first, 1)), 0, 255)
        places = np.clip(channel / channel.dtype.type(255) * (bins - 1), 0, bins - 1)
        y[..., i] = table[as_index(places.astype(int))]
    return y * down + (low - 0 * down)


@configured()
class ContrastLimitedAdaptiveHistogramEqualization(ImageLayer):
    """Makes values as frequent in each part of an image, within limits: CLAHE
    (`keras.layers.ContrastLimitedAdaptiveHistogramEqualization`).

    Args:
        value_range: the least and the largest value of a pixel.
        clip_limit: how many times as frequent as on average a value counts at most; 0: any times.
        tile_grid_size: how many tiles there are, down and across.
        data_format: see `ImageLayer`.
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = value_range
        self.clip_limit = clip_limit
        self.tile_grid_size = tile_grid_size

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        x = to_last(images, self.data_format)
        values = self._rescaled(x, self.value_range, (0, 255))
        values = _clahe(
            ops.cast(values, "float32"), limit=self.clip_limit, grid=tuple(self.tile_grid_size)
        )
        values = self._rescaled(values, (0, 255), self.value_range)
        return from_last(ops.cast(values, images.dtype), self.data_format)


@operation()
def _clahe(x: Tensor, limit: float = 4.0, grid: Any = (8, 8)) -> Tensor:
    batch, height, width, channels = x.shape
    (rows, columns), (tall, wide) = (
        grid,
        (-(-n // m) for n, m in zip(x.shape[1:3], grid, strict=True)),
    )
    margins = [(0, 0), (0, tall * rows - height), (0, wide * columns - width), (0, 0)]
    values = np.clip(np.pad(x, margins, mode="symmetric"), 0, 255).astype(int)
    tiles = values.reshape(batch, rows, tall, columns, wide, channels)
    tiles = tiles.transpose(0, 1, 3, 5, 2, 4).reshape(batch, rows, columns, channels, -1)
    # From the grid's middles outwards the tables of the tiles at the edges hold.
    tables = np.pad(_tables(tiles, limit), [(0, 0), (1, 1), (1, 1), (0, 0), (0, 0)], mode="edge")
    tops, down = _between(tall, rows)
    lefts, across = _between(wide, columns)
    images, kinds = np.arange(batch)[:, None, None, None], np.arange(channels)

    def found(row: np.ndarray, column: np.ndarray) -> np.ndarray:
        return tables[images, row[:, None, None], column[:, None], kinds, values]

    down, across = down[:, None, None], across[:, None]
    upper, lower = (
        found(row, lefts[0]) * (1 - across) + found(row, lefts[1]) * across for row in tops
    )
    return (upper * (1 - down) + lower * down)[:, :height, :width]


def _tables(tiles: np.ndarray, limit: float) -> np.ndarray:
    """What each value becomes in each tile, (..., 256), for tiles (..., pixels)."""
    flat = tiles.reshape(-1, tiles.shape[-1])
    counts = np.zeros((len(flat), 256), _f32)
    np.add.at(counts, (np.arange(len(flat))[:, None], flat), _f32(1))
    pixels = tiles.shape[-1]
    if limit > 0:
        cut = np.clip(counts, 0, _f32(limit * pixels / 256.0))
        counts = cut + np.sum(counts - cut, axis=-1, keepdims=True) / _f32(256.0)
    sums = np.cumsum(counts, axis=-1, dtype=_f32)
    least = sums.min(axis=-1, keepdims=True)
    whole = _f32(pixels) - least
    tables = np.clip((sums - least) * _f32(255.0) / np.where(whole == 0, _f32(1), whole), 0, 255)
    return tables.reshape(*tiles.shape[:-1], 256)


def _between(size: int, count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Between the middles of which tiles each pixel of an axis lies, and how near to the second."""
    at = (np.arange(size * count, dtype=_f32) - _f32(size / 2.0)) / _f32(size) + _f32(1.0)
    first = np.floor(at)
    return [np.clip(n, 0, count + 1).astype(int) for n in (first, first + 1)], at - first

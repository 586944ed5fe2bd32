"""Images in another size, as `tf.image.resize` computes them: without smoothing beforehand.

From n to m pixels along an axis, the middle of pixel i lies at  c = (i + ½) n/m - ½  of the old
ones. The nearest is ⌊c + ½⌋; linear in between is, with f = c - ⌊c⌋,

    x[⌊c⌋] + (x[⌈c⌉] - x[⌊c⌋]) f,

along the rows first, then from row to row; all in float32.
"""

from typing import Any

import numpy as np

from scratch.ops.graph.promotion import as_index, to_array

INTERPOLATIONS = ("bilinear", "nearest")
_f32 = np.float32


def resize(images: np.ndarray, size: tuple[int, int], interpolation: str) -> np.ndarray:
    """Images in another size.

    Args:
        images: (..., height, width, channels).
        size: (height, width).
        interpolation: `"bilinear"` or `"nearest"`.

    Returns:
        (..., *size, channels): float32, or as given for `"nearest"`.

    Raises:
        ValueError: for another interpolation.
    """
    check_interpolation(interpolation)
    (n_rows, n_columns), (rows, columns) = images.shape[-3:-1], size
    if interpolation == "nearest":
        picked = _picked(images, _nearest(n_rows, rows), -3)
        return _picked(picked, _nearest(n_columns, columns), -2)
    images = images.astype(_f32)
    left, right, along = _between(n_columns, columns)
    first = _picked(images, left, -2)
    wide = first + (_picked(images, right, -2) - first) * along[:, None]
    upper, lower, down = _between(n_rows, rows)
    top = _picked(wide, upper, -3)
    return top + (_picked(wide, lower, -3) - top) * down[:, None, None]


def _picked(images: np.ndarray, at: np.ndarray, axis: int) -> np.ndarray:
    return np.take(images, as_index(at), axis=axis)


def check_interpolation(interpolation: str) -> None:
    """Raises ValueError for an interpolation that is not computed here."""
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            f"`interpolation={interpolation!r}` is not part of this package, which resizes by "
            f"{' and '.join(map(repr, INTERPOLATIONS))}"
        )


def _middles(n: int, m: int) -> np.ndarray:
    return (np.arange(m, dtype=_f32) + _f32(0.5)) * (_f32(n) / _f32(m))


def _nearest(n: int, m: int) -> np.ndarray:
    return np.minimum(np.floor(_middles(n, m)).astype(int), n - 1)


def _between(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both neighbours of each new pixel, and how far it is from the first."""
    at = _middles(n, m) - _f32(0.5)
    below = np.floor(at)
    neighbours = (np.clip(number.astype(int), 0, n - 1) for number in (below, np.ceil(at)))
    return *neighbours, at - below


def crop_to_ratio(images: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The largest part in the middle with the ratio of `size`; (..., height, width, channels)."""
    (height, width), (high, wide) = images.shape[-3:-1], size
    h = max(min(height, int(width * high / wide)), 1)
    w = max(min(width, int(height * wide / high)), 1)
    top, left = (height - h) // 2, (width - w) // 2
    return images[..., top : top + h, left : left + w, :]


def resize_with_pad(image: np.ndarray, size: tuple[int, int], interpolation: str) -> np.ndarray:
    """The whole image in its own ratio, in the middle of `size`, between zeros."""
    sides, target = np.array(image.shape[:2], _f32), np.array(size, _f32)
    wanted = sides / (sides / target).max()
    small = resize(image, tuple(np.floor(wanted).astype(int)), interpolation)
    top, left = np.maximum(np.floor((target - wanted) / 2).astype(int), 0)
    padded = np.zeros((*size, image.shape[2]), small.dtype)
    padded[top : top + small.shape[0], left : left + small.shape[1]] = small
    return padded


def smart_resize(
    x: Any,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
) -> np.ndarray:
    """Images in another size, not distorted (`keras.preprocessing.image.smart_resize`).

    The largest part in the middle that has the ratio of `size` is resized.

    Args:
        x: (height, width, channels), with samples before these or not.
        size: (height, width).
        interpolation: `"bilinear"` or `"nearest"`.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        The images, float32, or in the type of x for `"nearest"`.

    Raises:
        ValueError: for a size that is no pair, another number of axes, another interpolation.
    """
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers, but got: {size}.")
    images = to_array(x)
    if images.ndim not in (3, 4):
        raise ValueError(
            "Expected an image array with shape `(height, width, channels)`, or `(batch_size, "
            "height, width, channels)`, but got input with incorrect rank, of shape "
            f"{images.shape}."
        )
    first = data_format == "channels_first"
    images = crop_to_ratio(np.moveaxis(images, -3, -1) if first else images, size)
    images = resize(images, size, interpolation)
    return np.moveaxis(images, -1, -3) if first else images

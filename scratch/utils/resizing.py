"""Images in another size, in the ratio of their sides: cut off, or between zeros."""

from typing import Any

import numpy as np

from scratch import ops
from scratch.ops.graph.promotion import to_array

_f32 = np.float32


def resize_with_pad(image: np.ndarray, size: tuple[int, int], interpolation: str) -> np.ndarray:
    """The whole image in its own ratio, in the middle of `size`, between zeros."""
    sides, target = np.array(image.shape[:2], _f32), np.array(size, _f32)
    wanted = sides / (sides / target).max()
    small = ops.image.resizing.resized(image, tuple(np.floor(wanted).astype(int)), interpolation)
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
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"area"`, `"lanczos3"`, `"lanczos5"`.
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
    known = ops.image.resizing.INTERPOLATIONS
    if interpolation not in known:
        raise ValueError(
            "Invalid value for argument `interpolation`. Expected of one "
            f"{known}. Received: interpolation={interpolation}"
        )
    first = data_format == "channels_first"
    images = ops.image.resizing.crop_to_ratio(
        np.moveaxis(images, -3, -1) if first else images, size
    )
    images = ops.image.resizing.resized(images, size, interpolation)
    return np.moveaxis(images, -1, -3) if first else images

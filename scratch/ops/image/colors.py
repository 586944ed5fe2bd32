"""Colours: red, green and blue; hue, saturation and value; grey.

grey = 0.2989 r + 0.5870 g + 0.1140 b
v = max(r, g, b),  d = v - min(r, g, b),  s = d / v
h = (g - b) / 6d           where r is the largest (the first one of equals), + 1 where negative
    (b - r) / 6d + 1/3     where g is
    (r - g) / 6d + 2/3     where b is
r = v (1 - s + s clip(|6h - 3| - 1)),  g = v (1 - s + s clip(2 - |6h - 2|)),  b = ... 6h - 4
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.ops.graph.promotion import result_type
from scratch.ops.image.layout import as_images, from_last, to_last


def rgb_to_grayscale(images: Any, data_format: str | None = None) -> Any:
    """Images in grey (`keras.ops.image.rgb_to_grayscale`).

    Args:
        images: (height, width, 3), with a batch before these or not, or as `data_format` says;
            those with 1 channel stay as they are.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Returns:
        Images with 1 channel, in the type of `images`.

    Raises:
        ValueError: for another number of axes or channels.
    """
    data_format = standardize_data_format(data_format)
    images = as_images(images)
    axis = -1 if data_format == "channels_last" else -3
    channels = images.shape[axis]
    if channels not in (1, 3):
        raise ValueError(
            "Invalid channel size: expected 3 (RGB) or 1 (Grayscale). Received input with shape: "
            f"images.shape={tuple(images.shape)}"
        )
    if channels == 1:
        return images
    dtype = result_type([np.empty(0, images.dtype)], floating=True)
    colors = ops.cast(images, dtype)
    weights = np.array([0.2989, 0.5870, 0.1140], dtype)
    grey = ops.tensordot(colors, weights, axes=([len(images.shape) + axis], [0]))
    return ops.cast(ops.expand_dims(grey, axis), images.dtype)


def _of_floats(images: Any) -> Any:
    images = as_images(images)
    if np.dtype(images.dtype).kind != "f":
        raise ValueError(
            f"Invalid images dtype: expected float dtype. Received: images.dtype={images.dtype}"
        )
    return images


def _rgb(images: Any, data_format: str) -> list[Any]:
    """The three channels of images."""
    channels = to_last(_of_floats(images), data_format)
    if channels.shape[-1] not in (None, 3):
        raise ValueError(
            f"Input images must have 3 channels, but received images with {channels.shape[-1]} "
            "channels."
        )
    return [channels[..., i] for i in range(3)]


def rgb_to_hsv(images: Any, data_format: str | None = None) -> Any:
    """From red, green and blue to hue, saturation and value (`keras.ops.image.rgb_to_hsv`).

    Args:
        images: (height, width, 3), with a batch before these or not, or as `data_format` says; of a
            float type, from 0 to 1.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Raises:
        ValueError: for images of integers, or another number of axes or channels.
    """
    data_format = standardize_data_format(data_format)
    r, g, b = _rgb(images, data_format)
    red = ops.logical_and(ops.greater_equal(r, g), ops.greater_equal(r, b))
    value = ops.where(red, r, ops.where(ops.greater_equal(g, b), g, b))
    least = ops.minimum(ops.minimum(r, g), b)
    spread = ops.subtract(value, least)
    saturation = ops.where(
        ops.greater(value, 0), ops.divide(spread, ops.where(ops.greater(value, 0), value, 1)), 0
    )
    sixth = ops.divide(1, ops.where(ops.greater(spread, 0), spread, 1)) * (1 / 6)
    hue = ops.where(
        red,
        ops.multiply(sixth, ops.subtract(g, b)),
        ops.where(
            ops.greater_equal(g, b),
            ops.multiply(sixth, ops.subtract(b, r)) + 2 / 6,
            ops.multiply(sixth, ops.subtract(r, g)) + 4 / 6,
        ),
    )
    hue = ops.where(ops.greater(spread, 0), hue, 0)
    hue = ops.where(ops.less(hue, 0), hue + 1, hue)
    return from_last(ops.stack([hue, saturation, value], axis=-1), data_format)


def hsv_to_rgb(images: Any, data_format: str | None = None) -> Any:
    """From hue, saturation and value to red, green and blue (`keras.ops.image.hsv_to_rgb`).

    Arguments and errors are those of `rgb_to_hsv`.
    """
    data_format = standardize_data_format(data_format)
    hue, saturation, value = _rgb(images, data_format)
    sixths = ops.multiply(hue, 6)
    shares = [
        ops.clip(ops.subtract(ops.abs(ops.subtract(sixths, 3)), 1), 0, 1),
        ops.clip(ops.subtract(2, ops.abs(ops.subtract(sixths, 2))), 0, 1),
        ops.clip(ops.subtract(2, ops.abs(ops.subtract(sixths, 4))), 0, 1),
    ]
    white = ops.subtract(1, saturation)
    rgb = [(white + saturation * share) * value for share in shares]
    return from_last(ops.stack(rgb, axis=-1), data_format)

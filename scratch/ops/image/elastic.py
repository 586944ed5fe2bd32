"""Images on a rubber sheet: every pixel is looked up a smooth random way off.

    y[i, j] = x[i + a d[i, j], j + a d[i, j]],   d: normal numbers, blurred by a Gaussian

Keras draws the way down and the way to the right with the same seed: they are the same numbers.
"""

from typing import Any

import numpy as np

from scratch import ops, random
from scratch.context.defaults import standardize_data_format
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.image.coordinates import interpolated
from scratch.ops.image.filters import filtered
from scratch.ops.image.layout import as_images, from_last, to_last
from scratch.ops.image.projective import INTERPOLATIONS, check_fill_mode, check_interpolation


@operation()
def _numbers(x: Tensor, axis: int = 0, dtype: str = "int32") -> Tensor:
    """0, 1, 2, ... along an axis, whatever its size will be."""
    return np.arange(x.shape[axis]).astype(dtype)


@operation()
def _window(sigma: Tensor) -> Tensor:
    """The Gaussian, as far as three standard deviations, a whole number of which counts."""
    side = 6 * int(sigma) | 1
    x = np.arange(side).astype(sigma.dtype) - sigma.dtype.type((side - 1) / 2)
    bell = np.exp(sigma.dtype.type(-0.5) * np.square(x / sigma))
    bell = bell / np.sum(bell)
    return np.outer(bell, bell)


def elastic_transform(
    images: Any,
    alpha: Any = 20.0,
    sigma: Any = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Any:
    """Images, distorted at random (`keras.ops.image.elastic_transform`).

    Args:
        images: (height, width, channels), with a batch before these or not, or as `data_format`
            says; of a float type.
        alpha: how far.
        sigma: the standard deviation of the way before it is blurred, and of the blur.
        interpolation: `"bilinear"` or `"nearest"`.
        fill_mode: what lies beyond the edges: `"constant"`, `"nearest"`, `"wrap"`, `"reflect"`.
        fill_value: the number for `"constant"`.
        seed: an integer, a `SeedGenerator`, or None.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Returns:
        Images of the same shape and type.

    Raises:
        ValueError: for an unknown setting, or another number of axes.
    """
    data_format = standardize_data_format(data_format)
    check_interpolation(interpolation)
    check_fill_mode(fill_mode)
    images = as_images(images)
    dtype = images.dtype
    alone = len(images.shape) == 3
    x = to_last(ops.expand_dims(images, 0) if alone else images, data_format)
    batch, height, width, channels = ops.shape(x)
    spread = ops.cast(sigma, dtype)
    way = random.normal((batch, height, width), dtype=dtype, seed=seed)
    way = ops.multiply(ops.expand_dims(ops.cast(way, dtype), -1), spread)
    way = ops.squeeze(filtered(way, _window(spread), "same"), -1)
    way = ops.multiply(way, ops.cast(alpha, dtype))
    down = ops.expand_dims(_numbers(x, axis=1, dtype=dtype), 1) + way
    right = _numbers(x, axis=2, dtype=dtype) + way
    pixels = ops.reshape(x, (-1, channels))
    first = _numbers(x, axis=0, dtype="int32") * (height * width)
    first = ops.reshape(first, (-1, 1, 1))

    def gather(indices: Any) -> Any:
        row, column = indices
        return ops.take(pixels, first + row * width + column, axis=0)

    # A last axis of size 1 lets weights and what is inside stand for all channels.
    order = INTERPOLATIONS.index(interpolation)
    seen = interpolated(
        lambda indices: gather([ops.squeeze(i, -1) for i in indices]),
        [ops.expand_dims(down, -1), ops.expand_dims(right, -1)],
        (height, width),
        order,
        fill_mode,
        ops.convert_to_tensor(fill_value),
    )
    seen = from_last(ops.cast(seen, dtype), data_format)
    return ops.squeeze(seen, 0) if alone else seen

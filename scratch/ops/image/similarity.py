"""How much alike two images are.

In a small window of each of two images, by a Gaussian's weights, the means m1 and m2, the variances
v1 and v2, and the covariance c:

    SSIM = (2 m1 m2 + c1) (2 c + c2) / ((m1^2 + m2^2 + c1) (v1 + v2 + c2)),   on average

with c1 = (k1 max)^2 and c2 = (k2 max)^2.    (Wang, Bovik, Sheikh and Simoncelli, 2004)
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.ops.graph.promotion import result_type
from scratch.ops.image.filters import filtered
from scratch.ops.image.layout import as_images, to_last


def ssim(
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Any:
    """The structural similarity of images (`keras.ops.image.ssim`): 1 for equal ones.

    Args:
        image1, image2: (height, width, channels), with a batch before these or not, or as
            `data_format` says.
        max_val: the span of the pixels' values.
        filter_size, filter_sigma: of the window.
        k1, k2: which keep the quotient away from 0/0.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Returns:
        One number for each image of a batch, or for the images.

    Raises:
        ValueError: for another number of axes.
    """
    data_format = standardize_data_format(data_format)
    given = as_images(image1).dtype
    dtype = result_type([np.empty(0, given)], floating=True)
    a, b = (to_last(ops.cast(as_images(x), dtype), data_format) for x in (image1, image2))
    alone = len(a.shape) == 3
    if alone:
        a, b = ops.expand_dims(a, 0), ops.expand_dims(b, 0)
    window = _window(filter_size, filter_sigma, dtype)
    m1, m2 = filtered(a, window), filtered(b, window)
    both, square1, square2 = ops.multiply(m1, m2), ops.multiply(m1, m1), ops.multiply(m2, m2)
    v1 = ops.subtract(filtered(ops.multiply(a, a), window), square1)
    v2 = ops.subtract(filtered(ops.multiply(b, b), window), square2)
    covariance = ops.subtract(filtered(ops.multiply(a, b), window), both)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    above = (2.0 * both + c1) * (2.0 * covariance + c2)
    below = (square1 + square2 + c1) * (v1 + v2 + c2)
    found = ops.mean(ops.mean(ops.divide(above, below), axis=(1, 2)), axis=-1)
    return ops.cast(ops.squeeze(found, 0) if alone else found, given)


def _window(size: int, sigma: float, dtype: Any) -> Any:
    x = np.arange(size).astype(dtype) - np.asarray((size - 1) / 2, dtype)
    bell = ops.exp(ops.divide(ops.negative(ops.multiply(x, x)), 2.0 * sigma**2))
    bell = ops.divide(bell, ops.sum(bell))
    return ops.outer(bell, bell)

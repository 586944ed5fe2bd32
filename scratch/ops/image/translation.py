"""Arrays, scaled and moved along some axes, each by a product with a matrix of weights.

    y = x W along an axis,   W[j, i] = k(|c_i - j| / s) / sum over j of these,
    c_i = (i + 1/2) / scale - translation / scale - 1/2

for the kernels k of `taps`, computed in the type of the scale; s = 1 / scale where the array
becomes smaller and this is to be smooth (`antialias`), else 1. Entries looked up beyond the edges
are 0.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.ops.graph.promotion import result_type


def _triangle(x: Any) -> Any:
    return ops.maximum(0, ops.subtract(1, ops.abs(x)))


def _keys_cubic(x: Any) -> Any:
    near = ((1.5 * x - 2.5) * x) * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return ops.where(
        ops.greater_equal(x, 2.0), 0.0, ops.where(ops.greater_equal(x, 1.0), far, near)
    )


def _lanczos(radius: float) -> Any:
    def kernel(x: Any) -> Any:
        y = radius * ops.sin(np.pi * x) * ops.sin(np.pi * x / radius)
        y = ops.divide(y, ops.where(ops.not_equal(x, 0), np.pi**2 * x**2, 1))
        return ops.where(ops.greater(x, radius), 0.0, ops.where(ops.greater(x, 1e-3), y, 1))

    return kernel


_KERNELS = {
    "linear": _triangle,
    "cubic": _keys_cubic,
    "lanczos3": _lanczos(3.0),
    "lanczos5": _lanczos(5.0),
}
_OTHER_NAMES = {
    "bilinear": "linear", "trilinear": "linear", "bicubic": "cubic", "tricubic": "cubic",
}  # fmt: skip


def scale_and_translate(
    images: Any,
    output_shape: Any,
    scale: Any,
    translation: Any,
    spatial_dims: Any,
    method: str,
    antialias: bool = True,
) -> Any:
    """An array, scaled and moved (`keras.ops.image.scale_and_translate`).

    Args:
        images: of any shape.
        output_shape: of the result.
        scale: for each of `spatial_dims` how many new entries an old one becomes.
        translation: and by how many new entries it is moved.
        spatial_dims: the axes.
        method: `"linear"` (or `"bilinear"`, `"trilinear"`), `"cubic"` (or `"bicubic"`,
            `"tricubic"`), `"lanczos3"` or `"lanczos5"`.
        antialias: whether many entries that become few are averaged.

    Returns:
        An array of `output_shape`, in the type of `images`; integers are rounded, and stay between
        the least and the largest.

    Raises:
        ValueError: for another method.
    """
    if method not in (*_KERNELS, *_OTHER_NAMES):
        raise ValueError(
            "Invalid value for argument `method`. Expected of one "
            f"{ {*_KERNELS, *_OTHER_NAMES} }. Received: method={method}"
        )
    kernel = _KERNELS[_OTHER_NAMES.get(method, method)]
    images, scale, translation = map(ops.convert_to_tensor, (images, scale, translation))
    dtype = result_type([np.empty(0, scale.dtype), np.empty(0, translation.dtype)])
    scale, translation = ops.cast(scale, dtype), ops.cast(translation, dtype)
    whole = np.dtype(images.dtype).kind in "iu"
    y = ops.cast(images, "float32") if whole else images
    for i, axis in enumerate(spatial_dims):
        weights = _weights(
            images.shape[axis], output_shape[axis], scale[i], translation[i], kernel, antialias
        )
        axis = axis % len(images.shape)
        y = ops.moveaxis(ops.tensordot(y, ops.cast(weights, y.dtype), axes=([axis], [0])), -1, axis)
    if whole:
        y = ops.clip(
            ops.round(y), ops.cast(ops.min(images), y.dtype), ops.cast(ops.max(images), y.dtype)
        )
    return ops.cast(y, images.dtype)


def _weights(n: int, m: int, scale: Any, translation: Any, kernel: Any, antialias: bool) -> Any:
    dtype = np.dtype(scale.dtype)
    inverse = ops.divide(1.0, scale)
    wide = ops.maximum(inverse, 1.0) if antialias else 1.0
    new, old = (np.arange(k).astype(dtype) for k in (m, n))
    at = ops.subtract(
        ops.subtract(ops.multiply(new + dtype.type(0.5), inverse), translation * inverse), 0.5
    )
    weights = kernel(ops.divide(ops.abs(ops.subtract(ops.expand_dims(at, 0), old[:, None])), wide))
    total = ops.sum(weights, axis=0, keepdims=True)
    enough = 1000.0 * float(np.finfo(np.float32).eps)
    share = ops.divide(weights, ops.where(ops.not_equal(total, 0), total, 1))
    weights = ops.where(ops.greater(ops.abs(total), enough), share, 0)
    inside = ops.logical_and(ops.greater_equal(at, -0.5), ops.less_equal(at, n - 0.5))
    return ops.where(ops.expand_dims(inside, 0), weights, 0)

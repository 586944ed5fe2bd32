"""The projective map that takes four points to four others, and images seen through it.

The map (a, b, c, d, e, f, g, h) takes each end point (x, y) to the start point (u, v) beside it:

    a x + b y + c - u (g x + h y) = u,    d x + e y + f - v (g x + h y) = v

eight equations in all, solved by elimination in float32, with the rounding of TensorFlow's.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.image.layout import as_images
from scratch.ops.image.projective import affine_transform, check_interpolation

_f32 = np.float32


def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Images in another perspective (`keras.ops.image.perspective_transform`).

    Args:
        images: (height, width, channels), with a batch before these or not, or as `data_format`
            says.
        start_points: four points (x, y) of the old image, (4, 2), or for each image (batch, 4, 2).
        end_points: where they are in the new one, of the same shape.
        interpolation: `"bilinear"` or `"nearest"`.
        fill_value: what lies beyond the edges.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Returns:
        Images of the same shape and type.

    Raises:
        ValueError: for an unknown setting, or points of another shape.
        InvalidArgumentError: for points of which three lie on a line.
    """
    data_format = standardize_data_format(data_format)
    start_points = ops.convert_to_tensor(start_points, "float32")
    end_points = ops.convert_to_tensor(end_points, "float32")
    check_interpolation(interpolation)
    images = as_images(images)
    for name, points in (("start_points", start_points), ("end_points", end_points)):
        shape = tuple(points.shape)
        if len(shape) not in (2, 3) or shape[-2:] != (4, 2):
            raise ValueError(
                f"Invalid {name} shape: expected (4,2) for a single image or (N,4,2) for a batch. "
                f"Received shape: {shape}"
            )
    if tuple(start_points.shape) != tuple(end_points.shape):
        raise ValueError(
            "start_points and end_points must have the same shape. Received start_points.shape="
            f"{tuple(start_points.shape)}, end_points.shape={tuple(end_points.shape)}"
        )
    if len(start_points.shape) == 2:
        start_points, end_points = ops.expand_dims(start_points, 0), ops.expand_dims(end_points, 0)
    transform = homography(start_points, end_points)
    return affine_transform(images, transform, interpolation, "constant", fill_value, data_format)


@operation()
def homography(start: Tensor, end: Tensor) -> Tensor:
    """The maps from `end` to `start`: (batch, 4, 2) both; (batch, 8)."""
    x, y = end[..., 0], end[..., 1]
    one, zero = np.ones_like(x), np.zeros_like(x)
    u, v = start[..., 0], start[..., 1]
    across = np.stack([x, y, one, zero, zero, zero, -u * x, -u * y], -1)
    down = np.stack([zero, zero, zero, x, y, one, -v * x, -v * y], -1)
    rows = np.stack([across, down], 2).reshape(len(start), 8, 8)
    return _solved(rows, start.reshape(len(start), 8))


def _solved(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """z with a z = b for each of a batch: (batch, n, n) and (batch, n) give (batch, n)."""
    a, b = a.copy(), b.copy()
    systems, n = np.arange(len(a)), a.shape[1]
    for k in range(n):
        pivot = k + np.abs(a[:, k:, k]).argmax(axis=1)
        for part in (a, b):
            part[systems, k], part[systems, pivot] = (
                part[systems, pivot], part[systems, k].copy(),
            )  # fmt: skip
        if not a[:, k, k].all() and b.any():  # zeros stand for points that are not known yet
            raise InvalidArgumentError(
                "perspective_transform: input matrix is not invertible: three of the points lie "
                "on a line"
            )
        factors = a[:, k + 1 :, k] / a[:, k, k, None]
        a[:, k + 1 :, k + 1 :] -= factors[:, :, None] * a[:, k, None, k + 1 :]
        b[:, k + 1 :] -= factors * b[:, k, None]
    for k in reversed(range(n)):
        b[:, k] *= _f32(1) / a[:, k, k]
        b[:, :k] -= a[:, :k, k] * b[:, k, None]
    return b

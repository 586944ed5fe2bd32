"""Images seen through a projective map, which tells for each new pixel its place in the old image.

    k = g x + h y + 1,   u = (a x + b y + c) / k,   v = (d x + e y + f) / k

for a transform (a, b, c, d, e, f, g, h) and the new pixel in column x and row y; the old image is
looked up at column u and row v. What lies beyond its edges depends on the fill mode:

    constant  kkkk|abcd|kkkk     nearest  aaaa|abcd|dddd
    reflect   dcba|abcd|dcba     wrap     abcd|abcd|abcd

In between, a new pixel is the nearest old one, or by the shares of the distance a sum of four:
y = sum of w x[v, u], and dx[v, u] is the sum of w dy over all y in which that pixel stands. All is
computed in float32, as in TensorFlow.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import as_index
from scratch.ops.image.layout import as_images, from_last, to_last

INTERPOLATIONS = ("nearest", "bilinear")
FILL_MODES = ("constant", "nearest", "wrap", "reflect")
_f32 = np.float32


def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Images seen through projective maps (`keras.ops.image.affine_transform`).

    Args:
        images: (height, width, channels), with a batch before these or not, or as `data_format`
            says.
        transform: a map (8,), or one for each image (batch, 8).
        interpolation: `"bilinear"` or `"nearest"`.
        fill_mode: what lies beyond the edges: `"constant"`, `"nearest"`, `"wrap"`, `"reflect"`.
        fill_value: the number for `"constant"`.
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
    if not hasattr(transform, "shape"):
        transform = ops.convert_to_tensor(transform)
    if len(transform.shape) not in (1, 2):
        raise ValueError(
            "Invalid transform rank: expected rank 1 (single transform) or rank 2 (batch of "
            f"transforms). Received input with shape: transform.shape={tuple(transform.shape)}"
        )
    alone = len(images.shape) == 3
    if alone:
        images = ops.expand_dims(images, 0)
    seen = _project(
        to_last(images, data_format),
        transform if len(transform.shape) == 2 else ops.expand_dims(transform, 0),
        interpolation=interpolation,
        fill_mode=fill_mode,
        fill_value=fill_value,
    )
    seen = from_last(seen, data_format)
    return ops.squeeze(seen, 0) if alone else seen


def check_interpolation(interpolation: str) -> None:
    """Raises ValueError for an unknown interpolation."""
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            f"Invalid value for argument `interpolation`. Expected of one {INTERPOLATIONS}. "
            f"Received: interpolation={interpolation}"
        )


def check_fill_mode(fill_mode: str) -> None:
    """Raises ValueError for an unknown fill mode."""
    if fill_mode not in FILL_MODES:
        raise ValueError(
            f"Invalid value for argument `fill_mode`. Expected of one {FILL_MODES}. "
            f"Received: fill_mode={fill_mode}"
        )


def _project_derivative(dy: Any, y: Any, x: Any, transform: Any, **settings: Any) -> tuple:
    return _project_back(dy, x, transform, **settings), None


@operation(derivative=_project_derivative)
def _project(
    x: Tensor,
    transform: Tensor,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
) -> Tensor:
    fill = x.dtype.type(fill_value)
    images = np.arange(len(x))[:, None, None]
    neighbours, lost = _neighbours(x.shape, transform, interpolation, fill_mode)
    if interpolation == "nearest":
        ((v, u, inside, _),) = neighbours
        y = np.where(inside[..., None], x[images, as_index(v), as_index(u)], fill)
    else:
        terms = []
        for v, u, inside, (_, across) in neighbours:
            value = np.where(inside[..., None], x[images, as_index(v), as_index(u)], fill)
            terms.append(across[..., None] * value.astype(_f32))
        upper, lower = neighbours[0][3][0], neighbours[2][3][0]
        total = upper[..., None] * (terms[0] + terms[1]) + lower[..., None] * (terms[2] + terms[3])
        y = total.astype(x.dtype)
    return np.where(lost[..., None], fill, y)


def _project_back_derivative(
    dy: Any, y: Any, x: Any, like: Any, transform: Any, **settings: Any
) -> tuple:
    return _project(dy, transform, **{**settings, "fill_value": 0}), None, None


@operation(derivative=_project_back_derivative)
def _project_back(
    dy: Tensor,
    like: Tensor,
    transform: Tensor,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
) -> Tensor:
    """What each pixel of `like` has given to the new ones, times their `dy`."""
    dx = np.zeros(like.shape, dy.dtype)
    images = np.arange(len(like))[:, None, None]
    neighbours, lost = _neighbours(like.shape, transform, interpolation, fill_mode)
    for v, u, inside, (down, across) in neighbours:
        share = np.where(inside & ~lost, down * across, _f32(0))
        np.add.at(dx, (images, as_index(v), as_index(u)), share[..., None] * dy)
    return dx


def _neighbours(
    shape: tuple[int, ...], transform: np.ndarray, interpolation: str, fill_mode: str
) -> tuple[list, np.ndarray]:
    """The old pixels that make new ones: rows, columns, which exist, and shares down and across.

    All are of shape (batch, height, width), as is where there is no place at all.
    """
    _, height, width, _ = shape
    transform = np.broadcast_to(transform, (shape[0], 8)).astype(_f32)
    a, b, c, d, e, f, g, h = transform.T[:, :, None, None]
    y, x = np.arange(height, dtype=_f32)[:, None], np.arange(width, dtype=_f32)
    k = g * x + h * y + _f32(1)
    u = _BEYOND[fill_mode]((a * x + b * y + c) / k, width)
    v = _BEYOND[fill_mode]((d * x + e * y + f) / k, height)
    u, v = (np.where(np.isfinite(z), np.clip(z, -_FAR, _FAR), -_FAR) for z in (u, v))
    if interpolation == "nearest":
        rows, columns = (np.trunc(z + np.copysign(_f32(0.5), z)).astype(int) for z in (v, u))
        one = np.ones_like(v)
        found = [(rows, columns, one, one)]
    else:
        top, left = np.floor(v), np.floor(u)
        sides = [(top, top + 1 - v), (top + 1, v - top)]
        found = [
            (row.astype(int), column.astype(int), down, across)
            for row, down in sides
            for column, across in ((left, left + 1 - u), (left + 1, u - left))
        ]
    neighbours = []
    for rows, columns, down, across in found:
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
        neighbours.append((rows, columns, inside, (down, across)))
    return neighbours, k == 0


_FAR = _f32(2**30)  # beyond every image, and a whole number

# Where a place beyond the edges is found in an image of n pixels.


def _constant(at: np.ndarray, n: int) -> np.ndarray:
    return at


def _nearest(at: np.ndarray, n: int) -> np.ndarray:
    return np.clip(at, _f32(0), _f32(n - 1))


def _reflect(at: np.ndarray, n: int) -> np.ndarray:
    if n <= 1:
        return np.zeros_like(at)
    period = _f32(2 * n)
    below = period * np.trunc(-at / period) + at
    below = np.where(below < -n, below + period, -below - 1)
    above = at - period * np.trunc(at / period)
    above = np.where(above >= n, period - above - 1, above)
    return _nearest(np.where(at < 0, below, np.where(at > n - 1, above, at)), n)


def _wrap(at: np.ndarray, n: int) -> np.ndarray:
    if n <= 1:
        return np.zeros_like(at)
    below = at + _f32(n) * (np.trunc(-at / _f32(n - 1)) + 1)
    above = at - _f32(n) * np.trunc(at / _f32(n - 1))
    return _nearest(np.where(at < 0, below, np.where(at > n - 1, above, at)), n)


_BEYOND = {"constant": _constant, "nearest": _nearest, "reflect": _reflect, "wrap": _wrap}

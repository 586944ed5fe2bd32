"""Images in another size.

    y = R x C^T,  channel by channel        dx = R^T dy C

with the weighted sums of `taps` in the rows of R (along the height) and C (along the width). For
`"nearest"` the numbers stay what they are; all else is computed in float32, as in TensorFlow, and
brought back to the type of x: rounded to whole numbers where that is one of integers.
"""

from typing import Any

import numpy as np

from scratch.context.defaults import standardize_data_format
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import as_index
from scratch.ops.image import taps
from scratch.ops.image.layout import as_images, from_last, to_last

INTERPOLATIONS = ("bilinear", "nearest", "lanczos3", "lanczos5", "bicubic", "area")
_f32 = np.float32


def resize(
    images: Any,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Any:
    """Images in another size (`keras.ops.image.resize`).

    Args:
        images: (height, width, channels), with a batch before these or not, or as `data_format`
            says.
        size: (height, width).
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"area"`, `"lanczos3"` or
            `"lanczos5"`.
        antialias: whether many pixels that become few are averaged; not for `"nearest"`, `"area"`.
        crop_to_aspect_ratio: whether the largest part in the middle that has the ratio of `size` is
            resized in the place of the whole.
        pad_to_aspect_ratio: whether the image gets a margin to have that ratio.
        fill_mode: `"constant"`.
        fill_value: of that margin.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Returns:
        The images, in their type.

    Raises:
        ValueError: for a size that is no pair of positive numbers, another number of axes, an
            unknown setting, or both ways to keep the ratio.
    """
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers. Received: size={size}")
    if size[0] <= 0 or size[1] <= 0:
        raise ValueError(f"`size` must have positive height and width. Received: size={size}")
    images = as_images(images)
    if pad_to_aspect_ratio and crop_to_aspect_ratio:
        raise ValueError(
            "Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`."
        )
    data_format = standardize_data_format(data_format)
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            "Invalid value for argument `interpolation`. Expected of one "
            f"{INTERPOLATIONS}. Received: interpolation={interpolation}"
        )
    if fill_mode != "constant":
        raise ValueError(
            "Invalid value for argument `fill_mode`. Only `'constant'` "
            f"is supported. Received: fill_mode={fill_mode}"
        )
    ratio = "crop" if crop_to_aspect_ratio else "pad" if pad_to_aspect_ratio else "distort"
    resized = _resize(
        to_last(images, data_format),
        size=(int(size[0]), int(size[1])),
        method=interpolation,
        antialias=bool(antialias),
        ratio=ratio,
        fill_value=fill_value,
    )
    return from_last(resized, data_format)


def _resize_derivative(dy: Any, y: Any, x: Any, **settings: Any) -> Any:
    return _resize_back(dy, x, **settings)


@operation(derivative=_resize_derivative)
def _resize(
    x: Tensor,
    size: tuple[int, int] = (1, 1),
    method: str = "bilinear",
    antialias: bool = False,
    ratio: str = "distort",
    fill_value: float = 0.0,
) -> Tensor:
    if ratio == "crop":
        x = crop_to_ratio(x, size)
    elif ratio == "pad":
        x = np.pad(x, _margins(x, size), constant_values=x.dtype.type(fill_value))
    return in_type_of(x, resized(x, size, method, antialias))


def _resize_back_derivative(dy: Any, y: Any, x: Any, like: Any, **settings: Any) -> tuple:
    return _resize(dy, **{**settings, "fill_value": 0.0}), None


@operation(derivative=_resize_back_derivative)
def _resize_back(
    dy: Tensor,
    like: Tensor,
    size: tuple[int, int] = (1, 1),
    method: str = "bilinear",
    antialias: bool = False,
    ratio: str = "distort",
    fill_value: float = 0.0,
) -> Tensor:
    """R^T dy C, in the shape of `like`: zeros where it was cropped, without its margin."""
    dx = np.zeros(like.shape, dy.dtype)
    part = crop_to_ratio(dx, size) if ratio == "crop" else dx
    margins = _margins(like, size) if ratio == "pad" else [(0, 0)] * like.ndim
    h, w = (part.shape[axis] + sum(margins[axis]) for axis in (-3, -2))
    rows, columns, scale = _sums((h, w), size, method, antialias)
    dy = rows.transposed(columns.transposed(dy, -2), -3) * dy.dtype.type(scale)
    (top, _), (left, _) = margins[-3], margins[-2]
    part[...] = dy[..., top : top + part.shape[-3], left : left + part.shape[-2], :]
    return dx


def resized(
    x: np.ndarray, size: tuple[int, int], method: str, antialias: bool = False
) -> np.ndarray:
    """An array of images in another size.

    Args:
        x: (..., height, width, channels).
        size: (height, width).
        method: one of `INTERPOLATIONS`, `"gaussian"` or `"mitchellcubic"`.
        antialias: see `resize`.

    Returns:
        (..., *size, channels): float32, or as given for `"nearest"`.
    """
    rows, columns, scale = _sums(x.shape[-3:-1], size, method, antialias)
    if method == "nearest":
        return np.take(np.take(x, as_index(rows.places[0]), -3), as_index(columns.places[0]), -2)
    if method == "bilinear" and not antialias:
        return _between(_between(x.astype(_f32), columns, -2), rows, -3)
    if method == "area":  # across a row first
        return rows.apply(columns.apply(x, -2), -3) * _f32(scale)
    return columns.apply(rows.apply(x, -3), -2)


def _sums(old: Any, new: Any, method: str, antialias: bool) -> tuple[taps.Taps, taps.Taps, float]:
    """The sums along the height and along the width, and a factor for all of them."""
    pairs = list(zip(old, new, strict=True))
    scale: Any = 1.0
    if method in ("nearest", "area"):
        function = getattr(taps, method)
        if method == "area":
            (h, height), (w, width) = pairs
            scale = _f32(1) / (_f32(h) / _f32(height) * (_f32(w) / _f32(width)))
        found = [function(n, m) for n, m in pairs]
    elif method in ("bilinear", "bicubic") and not antialias:
        function = taps.linear if method == "bilinear" else taps.cubic
        found = [function(n, m) for n, m in pairs]
    else:
        found = [taps.smooth(n, m, method, antialias) for n, m in pairs]
    return found[0], found[1], scale


def _between(x: np.ndarray, sums: taps.Taps, axis: int) -> np.ndarray:
    """x + (next - x) f, which is how TensorFlow rounds what lies between two pixels."""
    first, second = (np.take(x, as_index(places), axis) for places in sums.places)
    share = sums.weights[1].reshape(-1, *(1,) * (-axis - 1))
    return first + (second - first) * share


def in_type_of(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """y in the type of x: for integers rounded, half to even, and kept within their range."""
    if y.dtype == x.dtype:
        return y
    if x.dtype.kind not in "iu":
        return y.astype(x.dtype)
    limits = np.iinfo(x.dtype)
    # In float64, where the limits of 32 bits are whole numbers too.
    return np.clip(np.rint(y).astype("float64"), limits.min, limits.max).astype(x.dtype)


def crop_to_ratio(images: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The largest part in the middle with the ratio of `size`; (..., height, width, channels)."""
    (height, width), (high, wide) = images.shape[-3:-1], size
    h = max(min(height, int(_f32(width * high) / _f32(wide))), 1)
    w = max(min(width, int(_f32(height * wide) / _f32(high))), 1)
    top, left = (height - h) // 2, (width - w) // 2
    return images[..., top : top + h, left : left + w, :]


def _margins(images: np.ndarray, size: tuple[int, int]) -> list[tuple[int, int]]:
    """How much is missing on each side of each axis for the ratio of `size`, rounded down."""
    (height, width), (high, wide) = images.shape[-3:-1], size
    h = max(height, int(_f32(width * high) / _f32(wide)))
    w = max(width, int(_f32(height * wide) / _f32(high)))
    pairs = [((n - old) // 2,) * 2 for n, old in ((h, height), (w, width))]
    return [(0, 0)] * (images.ndim - 3) + pairs + [(0, 0)]

r"""Images: from files to Pillow's images to arrays, and back.

    file --load_img--> image --img_to_array--> array --array_to_img--> image --> file
                                                 \-----------save_img-------------/

An array has the shape (height, width, channels), or with `"channels_first"` (channels, height,
width); grey images have 1 channel, coloured ones 3, with an opacity 4. Pillow is needed.
"""

import io
import pathlib
import warnings
from typing import Any

import numpy as np

from scratch import config
from scratch.context.defaults import standardize_data_format
from scratch.utils.pillow import pillow

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}  # Pillow's, by number of channels
_GREY_MODES = ("L", "I;16", "I")  # of 8, 16 and 32 bits
_RESAMPLING = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """Reads a file (`keras.utils.load_img`).

    Args:
        path: of the file, or an `io.BytesIO` with its bytes.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        target_size: (height, width) to which it is resized.
        interpolation: how: `"nearest"`, `"bilinear"`, `"bicubic"`, `"hamming"`, `"box"` or
            `"lanczos"`, by Pillow.
        keep_aspect_ratio: whether the largest part in the middle that has the ratio of
            `target_size` is resized in the place of the whole.

    Returns:
        Pillow's image.

    Raises:
        ImportError: without Pillow.
        TypeError: for a path of another type.
        ValueError: for an unknown mode or interpolation.
    """
    image_module = pillow("load_img")
    if isinstance(path, pathlib.Path | bytes | str):
        with open(path, "rb") as file:
            path = io.BytesIO(file.read())
    elif not isinstance(path, io.BytesIO):
        raise TypeError(f"path should be path-like or io.BytesIO, not {type(path)}")
    image = _in_colors(image_module.open(path), color_mode)
    if target_size is None or image.size == (size := (target_size[1], target_size[0])):
        return image
    if interpolation not in _RESAMPLING:
        raise ValueError(
            f"Invalid interpolation method {interpolation} specified. Supported methods are "
            + ", ".join(_RESAMPLING)
        )
    resample = image_module.Resampling[interpolation.upper()]
    box = _middle(image.size, size) if keep_aspect_ratio else None
    return image.resize(size, resample, box=box)


def _in_colors(image: Any, color_mode: str) -> Any:
    if color_mode == "grayscale":
        return image if image.mode in _GREY_MODES else image.convert("L")
    if color_mode not in ("rgb", "rgba"):
        raise ValueError('color_mode must be "grayscale", "rgb", or "rgba"')
    mode = color_mode.upper()
    return image if image.mode == mode else image.convert(mode)


def _middle(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, upper, right and lower edge of the largest part in the target's ratio."""
    (width, height), (wide, high) = size, target
    w, h = min(width, height * wide // high), min(height, width * high // wide)
    left, upper = (width - w) // 2, (height - h) // 2
    return left, upper, left + w, upper + h


def img_to_array(img: Any, data_format: str | None = None, dtype: str | None = None) -> np.ndarray:
    """The array of an image (`keras.utils.img_to_array`).

    Args:
        img: Pillow's, or an array of shape (height, width) or (height, width, channels).
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.
        dtype: of the array, `floatx()` by default.

    Raises:
        ValueError: for another number of axes.
    """
    channels_first = standardize_data_format(data_format) == "channels_first"
    x = np.asarray(img, dtype=dtype or config.floatx())
    if x.ndim not in (2, 3):
        raise ValueError(f"Unsupported image shape: {x.shape}")
    if x.ndim == 2:
        return x[None] if channels_first else x[..., None]
    return x.transpose(2, 0, 1) if channels_first else x


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: str | None = None
) -> Any:
    """The image of an array (`keras.utils.array_to_img`).

    Args:
        x: of shape (height, width, channels), or as `data_format` says.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.
        scale: whether the least number becomes 0, and the largest 255.
        dtype: in which it is computed, `floatx()` by default.

    Returns:
        Pillow's image, with 8 bits for a channel; grey values above 255 have 32.

    Raises:
        ImportError: without Pillow.
        ValueError: for an array of another number of axes or channels.
    """
    data_format = standardize_data_format(data_format)
    image_module = pillow("array_to_img")
    x = np.asarray(x, dtype=dtype or config.floatx())
    if x.ndim != 3:
        raise ValueError(
            f"Expected image array to have rank 3 (single image). Got array with shape: {x.shape}"
        )
    if data_format == "channels_first":
        x = x.transpose(1, 2, 0)
    if scale:
        x = x - x.min()
        largest = x.max()
        if largest != 0:
            x /= largest
        x *= 255
    channels = x.shape[2]
    if channels not in _MODES:
        raise ValueError(f"Unsupported channel number: {channels}")
    if channels == 1 and x.max() > 255:
        return image_module.fromarray(x[:, :, 0].astype("int32"))
    return image_module.fromarray((x[:, :, 0] if channels == 1 else x).astype("uint8"))


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Writes an array as an image (`keras.utils.save_img`).

    Args:
        path: of the file, or an open one.
        x: see `array_to_img`; so are `data_format` and `scale`.
        data_format: where the channels are.
        file_format: `"png"`, `"jpeg"`, ...; default: what the path ends in.
        scale: whether the numbers are spread from 0 to 255.
        **kwargs: passed to Pillow's `save`.
    """
    if file_format is None and isinstance(path, str | pathlib.Path):
        file_format = pathlib.Path(path).suffix[1:].lower()
    if file_format and file_format.lower() == "jpg":
        file_format = "jpeg"
    image = array_to_img(x, data_format, scale)
    if image.mode == "RGBA" and file_format == "jpeg":
        warnings.warn(
            "The JPEG format does not support RGBA images, converting to RGB.", stacklevel=2
        )
        image = image.convert("RGB")
    image.save(path, format=file_format, **kwargs)

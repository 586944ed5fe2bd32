"""Files of images as arrays of bytes: TensorFlow's pixels, by Pillow and what is done otherwise.

A coloured PNG becomes grey by whole numbers,

    grey = ⌊(9797 R + 19234 G + 3737 B) / 2¹⁵⌋,

and where the file says its gamma γ, so does v -> 255 (v/255)^(1/γ) before that and its inverse
behind it: light adds up, bytes do not.
"""

import io
from typing import Any

import numpy as np

from scratch.utils.bmp import decode_bmp
from scratch.utils.jpeg import decode_jpeg
from scratch.utils.pillow import pillow

_GREY = np.array([9797, 19234, 3737])  # of 2^15; of red, green, blue
_SRGB = 0.45455  # gamma
_NEAR_ONE = 0.05  # from 1: such a gamma does not count
_KINDS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF8": "GIF", b"BM": "BMP"}
_CHANNELS = {"JPEG": (1, 3), "PNG": (1, 3, 4), "GIF": (3,), "BMP": (3, 4)}
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_BITS, _KIND = 24, 25  # bytes of a PNG file: how many bits a number has, and what it stands for
_COLORED = 2  # a bit of the latter


def decode_image(contents: bytes, channels: int) -> np.ndarray:
    """The pixels of a file, of an animation's first picture.

    Args:
        contents: of the file.
        channels: 1 grey, 3 coloured, 4 coloured with an opacity.

    Returns:
        (height, width, channels), uint8.

    Raises:
        ImportError: without Pillow.
        ValueError: for what is no such file, for channels that its format does not have, and where
            grey values would not be TensorFlow's.
    """
    kind = next((kind for start, kind in _KINDS.items() if contents.startswith(start)), None)
    if not contents:
        raise ValueError("Input is empty.")
    if kind is None:
        raise ValueError("Unknown image file format. One of JPEG, PNG, GIF, BMP required.")
    if channels not in _CHANNELS[kind]:
        raise ValueError(f"{kind} does not support {channels} channels")
    if kind == "BMP":
        return decode_bmp(contents, channels)
    try:
        if kind == "JPEG":
            return decode_jpeg(contents, channels)
        image = pillow("image_dataset_from_directory").open(io.BytesIO(contents))
        if kind == "PNG":
            return _png(image, contents, channels)
        pixels = np.asarray(image.convert(_MODES[channels]))
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"Invalid {kind} data: {error}") from error
    return pixels[..., None] if channels == 1 else pixels


def _png(image: Any, contents: bytes, channels: int) -> np.ndarray:
    bits = contents[_BITS]
    transparent = image.info.get("transparency")
    if image.mode == "I;16":
        pixels = (np.asarray(image) >> 8).astype("uint8")[..., None]
        opaque = np.full_like(pixels, 255)
        return np.concatenate([*[pixels] * (1 if channels == 1 else 3), opaque][:channels], axis=2)
    if image.mode == "P" and transparent is not None:
        image = image.convert("RGBA")
    if channels == 1 and contents[_KIND] & _COLORED:
        return _grey(image, bits)
    pixels = np.array(image.convert(_MODES[channels]))
    if channels == 4 and bits < 8:
        most = (1 << bits) - 1
        if transparent is None:
            pixels[..., 3] = most  # opaque, in the file's bits
        elif isinstance(transparent, int):  # a grey value, in these too
            pixels[..., 3] = np.where(pixels[..., 0] == transparent * 255 // most, 0, 255)
    return pixels[..., None] if channels == 1 else pixels


def _grey(image: Any, bits: int) -> np.ndarray:
    if bits == 16 or ("icc_profile" in image.info and "gamma" not in image.info):
        what = "16 bits" if bits == 16 else "a profile of colours"
        raise ValueError(f"a coloured PNG with {what} does not become grey as in TensorFlow")
    colors = np.asarray(image.convert("RGB"))
    gamma = _SRGB if "srgb" in image.info else image.info.get("gamma")
    if not gamma or abs(gamma - 1) <= _NEAR_ONE:
        return (colors @ _GREY >> 15).astype("uint8")[..., None]
    light = _power(1 / gamma)[colors] @ _GREY + (1 << 14) >> 15
    even = (colors == colors[..., :1]).all(axis=-1)
    return np.where(even, colors[..., 0], _power(gamma)[light]).astype("uint8")[..., None]


def _power(exponent: float) -> np.ndarray:
    """For each byte its power, as bytes: 255 (v/255)^exponent, to the nearest."""
    return np.floor(255 * (np.arange(256) / 255) ** exponent + 0.5).astype(int)

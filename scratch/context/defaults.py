"""The default float type, a small epsilon, and where images have their channels."""

from typing import Any

import numpy as np

_FLOATS = ("float16", "float32", "float64")
_floatx = "float32"
_epsilon = 1e-7
_FORMATS = ("channels_first", "channels_last")
_image_data_format = "channels_last"


def floatx() -> str:
    """The default float type, `"float32"` unless `set_floatx` said otherwise."""
    return _floatx


def set_floatx(value: str) -> None:
    """Sets the float type of everything built from now on.

    Args:
        value: `"float16"`, `"float32"` or `"float64"`.

    Raises:
        ValueError: for any other value.
    """
    global _floatx
    if value not in _FLOATS:
        raise ValueError(f"set_floatx: value must be one of {_FLOATS}; got {value!r}")
    _floatx = value


def array_type(dtype: Any) -> np.dtype:
    """`dtype` as NumPy's, `floatx()` for None.

    Raises:
        ValueError: for something that names no type.
    """
    try:
        return np.dtype(dtype or _floatx)
    except TypeError:
        raise ValueError(
            f"Invalid dtype: {dtype}. Expected a name such as 'float32', or None"
        ) from None


def epsilon() -> float:
    """The small number that keeps logarithms and quotients finite: 1e-7 by default."""
    return _epsilon


def set_epsilon(value: float) -> None:
    """Sets the number that `epsilon` returns."""
    global _epsilon
    _epsilon = value


def image_data_format() -> str:
    """Where images have their channels, `"channels_last"` unless it was set otherwise."""
    return _image_data_format


def set_image_data_format(data_format: str) -> None:
    """Sets where images have their channels.

    Args:
        data_format: `"channels_last"`: (height, width, channels); or `"channels_first"`.

    Raises:
        ValueError: for any other value.
    """
    global _image_data_format
    _image_data_format = standardize_data_format(str(data_format))


def standardize_data_format(data_format: Any) -> str:
    """The name of a data format in lower case; None stands for `image_data_format()`.

    Raises:
        ValueError: for anything but `"channels_last"` and `"channels_first"`.
    """
    if data_format is None:
        return _image_data_format
    found = str(data_format).lower()
    if found not in _FORMATS:
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={data_format}"
        )
    return found

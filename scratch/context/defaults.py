"""The default float type, and a small epsilon."""

from typing import Any

import numpy as np

_FLOATS = ("float16", "float32", "float64")
_floatx = "float32"
_epsilon = 1e-7


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

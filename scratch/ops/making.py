"""Tensors that are made: copies, empty ones, numbers at equal ratios, windows.

bartlett    1 - |2 k / (n - 1) - 1|                     the triangle
hanning     0.5 - 0.5 cos(2 pi k / (n - 1))
hamming     0.54 - 0.46 cos(2 pi k / (n - 1))
blackman    0.42 - 0.5 cos(2 pi k / (n - 1)) + 0.08 cos(4 pi k / (n - 1))
kaiser      I_0(beta sqrt(1 - (2 k / (n - 1) - 1)^2)) / I_0(beta),    k = 0, ..., n - 1
"""

from typing import Any

import numpy as np

from scratch import config
from scratch.ops.arithmetic import abs, clip, power, sign
from scratch.ops.casting import cast, convert_to_tensor
from scratch.ops.core import linspace, zeros
from scratch.ops.elementwise import log
from scratch.ops.graph.eager import eager
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import to_array
from scratch.ops.indexing import getitem
from scratch.ops.shape import expand_dims, zeros_like

# From a tensor -------------------------------------------------------------------------------


def array(x: Any, dtype: Any = None) -> Any:
    """`x` as a tensor, of type `dtype` if given."""
    return convert_to_tensor(x, dtype)


@operation(derivative=lambda dy, y, x: dy)
def copy(x: Tensor) -> Tensor:
    """Another tensor with the same numbers."""
    return np.array(x)


def dtype(x: Any) -> str:
    """The name of the type of a tensor: `"float32"`.

    Raises:
        AttributeError: for what is no tensor.
    """
    return x.dtype if isinstance(x.dtype, str) else np.dtype(x.dtype).name


def get_item(x: Any, key: Any) -> Any:
    """`x[key]`."""
    return getitem(x, key)


@operation(error=ValueError)
def view(x: Tensor, dtype: Any = None) -> Tensor:
    """The bytes of `x`, read as numbers of another type. Derivative: none.

    Raises:
        ValueError: where the last axis does not hold whole numbers of that type.
    """
    return np.ascontiguousarray(x).view(dtype)


def saturate_cast(x: Any, dtype: Any) -> Any:
    """`x` in the type `dtype`: what is beyond its smallest or largest number becomes that one."""
    x = convert_to_tensor(x)
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return cast(x, dtype)
    limits = (np.iinfo if kind.kind in "iu" else np.finfo)(kind)
    low, high = float(limits.min), float(limits.max)
    own = np.dtype(x.dtype or config.floatx())
    if own.kind in "iu":
        here = np.iinfo(own)
        low, high = int(max(limits.min, here.min)), int(min(limits.max, here.max))
    elif kind.kind in "iu":  # the largest float that is still within
        high = (
            float(np.nextafter(own.type(high), own.type(0)))
            if own.type(high) > limits.max
            else high
        )
    return cast(clip(x, low, high), dtype)


# New -----------------------------------------------------------------------------------------


def empty(shape: Any, dtype: Any = None) -> Any:
    """A tensor whose numbers do not matter: zeros, as in Keras."""
    return zeros(shape, dtype)


def empty_like(x: Any, dtype: Any = None) -> Any:
    """The same in the shape of `x`."""
    return zeros_like(x, dtype)


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: float = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers at equal ratios from `base ** start` to `base ** stop`; see `linspace`."""
    exponents = linspace(start, stop, num, endpoint=endpoint, dtype=dtype, axis=axis)
    return power(cast(base, exponents.dtype), exponents)


def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """`num` numbers at equal ratios from `start` to `stop`, both of one sign; see `linspace`."""
    dtype = dtype or config.floatx()
    ten = log(cast(10.0, dtype))
    first, last = (log(abs(cast(x, dtype))) / ten for x in (start, stop))
    y = logspace(first, last, num, endpoint=endpoint, dtype=dtype, axis=axis)
    signs = sign(cast(start, dtype))
    return y * (expand_dims(signs, axis) if np.ndim(signs) else signs)


# Windows -------------------------------------------------------------------------------------


def bartlett(x: int) -> np.ndarray:
    """The triangular window of `x` numbers."""
    return _window(x, lambda t: 1 - np.abs(2 * t - 1))


def hanning(x: int) -> np.ndarray:
    """The Hann window of `x` numbers."""
    return _window(x, lambda t: 0.5 - 0.5 * np.cos(2 * np.pi * t))


def hamming(x: int) -> np.ndarray:
    """The Hamming window of `x` numbers."""
    return _window(x, lambda t: 0.54 - 0.46 * np.cos(2 * np.pi * t))


def blackman(x: int) -> np.ndarray:
    """The Blackman window of `x` numbers."""
    return _window(x, lambda t: 0.42 - 0.5 * np.cos(2 * np.pi * t) + 0.08 * np.cos(4 * np.pi * t))


def kaiser(x: int, beta: float) -> np.ndarray:
    """The Kaiser window of `x` numbers; `beta` says how narrow it is."""
    inside = lambda t: np.i0(beta * np.sqrt(1 - (2 * t - 1) ** 2)) / np.i0(beta)  # noqa: E731
    return _window(x, inside)


def _window(x: Any, shape: Any) -> np.ndarray:
    n = int(to_array(x))
    if n <= 1:
        return eager(np.ones(max(n, 0), config.floatx()))
    return eager(shape(np.arange(n) / (n - 1)).astype(config.floatx()))

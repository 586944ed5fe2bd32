"""Fourier transforms. Complex numbers are pairs here: (real part, imaginary part), as in Keras.

    Y_k = sum_j X_j e^{-2 pi i j k / n}          X_j = 1/n sum_k Y_k e^{2 pi i j k / n}

The transform is linear, and its matrix symmetric: the derivative dX is the transform of dY with
the other sign of i.
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import multiply
from scratch.ops.casting import convert_to_tensor, is_inexact
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.indexing import take
from scratch.ops.joining import concatenate, pad
from scratch.ops.scattering import scatter
from scratch.ops.shape import flip, moveaxis, zeros_like


def _transform_derivative(
    dy: Any, y: Any, x1: Any, x2: Any, axes: Any, sign: int, part: str
) -> tuple[Any, Any]:
    pair = (dy, zeros_like(dy)) if part == "real" else (zeros_like(dy), dy)
    return tuple(_transform(*pair, axes=axes, sign=-sign, part=p) for p in ("real", "imag"))


@operation(floating=True, broadcasts=False, derivative=_transform_derivative)
def _transform(
    x1: Tensor, x2: Tensor, axes: Any = (-1,), sign: int = -1, part: str = "real"
) -> Tensor:
    """The real or the imaginary part of the sum with e^{sign 2 pi i j k / n}."""
    z = x1 + 1j * x2
    y = np.fft.fftn(z, axes=axes) if sign < 0 else np.fft.ifftn(z, axes=axes, norm="forward")
    return getattr(y, part).astype(x1.dtype)


def _pair(x: Any) -> tuple[Any, Any]:
    if not isinstance(x, tuple | list) or len(x) != 2:
        raise ValueError(
            f"Input `x` should be a tuple of two tensors - real and imaginary. Received: x={x}"
        )
    a, b = map(convert_to_tensor, x)
    if a.shape != b.shape:
        raise ValueError(
            "Input `x` should be a tuple of two tensors - real and imaginary. Both the real and "
            "imaginary parts should have the same shape. "
            f"Received: x[0].shape = {a.shape}, x[1].shape = {b.shape}"
        )
    if not is_inexact(a) or not is_inexact(b):
        raise ValueError(f"At least one tensor in input `x` is not of type float. Received: x={x}.")
    return a, b


def _both(x: tuple[Any, Any], axes: tuple[int, ...], sign: int) -> tuple[Any, Any]:
    a, b = (_transform(*x, axes=axes, sign=sign, part=part) for part in ("real", "imag"))
    return a, b


def fft(x: Any) -> tuple[Any, Any]:
    """The transform along the last axis of a pair (real, imaginary); a pair again.

    Raises:
        ValueError: for anything but a pair of floats of one shape.
    """
    return _both(_pair(x), (-1,), -1)


def fft2(x: Any) -> tuple[Any, Any]:
    """The transform along the last two axes; else as `fft`."""
    return _both(_pair(x), (-2, -1), -1)


def ifft2(x: Any) -> tuple[Any, Any]:
    """What undoes `fft2`."""
    pair = _pair(x)
    h, w = pair[0].shape[-2:]
    a, b = _both(pair, (-2, -1), 1)
    return a / (h * w), b / (h * w)


def rfft(x: Any, fft_length: int | None = None) -> tuple[Any, Any]:
    """The transform of real numbers along the last axis: the first n // 2 + 1 of the n.

    Args:
        x: floats.
        fft_length: n, to which `x` is cut, or filled up with zeros; default: the size of the axis.
    """
    x = _of_length(convert_to_tensor(x), fft_length)
    a, b = _both((x, zeros_like(x)), (-1,), -1)
    half = x.shape[-1] // 2 + 1
    return a[..., :half], b[..., :half]


def _of_length(x: Any, n: int | None) -> Any:
    size = x.shape[-1]
    if n is None or n == size:
        return x
    return x[..., :n] if n < size else pad(x, [(0, 0)] * (x.ndim - 1) + [(0, n - size)])


def irfft(x: Any, fft_length: int | None = None) -> Any:
    """What undoes `rfft`: real numbers.

    Args:
        x: a pair (real, imaginary), with n // 2 + 1 numbers along the last axis.
        fft_length: n; default: 2 (size - 1).

    Raises:
        ValueError: for anything but a pair of floats of one shape.
    """
    a, b = _pair(x)
    n = 2 * (a.shape[-1] - 1) if fft_length is None else fft_length
    a, b = (_of_length(part, n // 2 + 1) for part in (a, b))
    rest = (n - 1) // 2  # the others are the conjugates of these
    whole = _mirrored(a, rest), _mirrored(b, rest, -1.0)
    return _transform(*whole, axes=(-1,), sign=1, part="real") / n


def _mirrored(x: Any, n: int, sign: float = 1.0) -> Any:
    return concatenate([x, sign * flip(x[..., 1 : n + 1], -1)], axis=-1)


# Short times ---------------------------------------------------------------------------------


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Any:
    """Parts of the last axis, each `sequence_stride` after the one before: (..., n) -> (..., m, k).

    Args:
        x: any shape of rank 1 or more.
        sequence_length: k.
        sequence_stride: the distance of two parts.
    """
    return _frames(convert_to_tensor(x), sequence_length, sequence_stride)


def _frames(x: Any, length: int, stride: int) -> Any:
    number = max(0, 1 + (x.shape[-1] - length) // stride)
    return take(x, np.arange(number)[:, None] * stride + np.arange(length), axis=-1)


def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> tuple[Any, Any]:
    """The transforms of parts of a signal (short-time Fourier transform).

    Args:
        x: float32 or float64; (..., n).
        sequence_length: of a part.
        sequence_stride: the distance of two parts.
        fft_length: of a transform.
        window: `"hann"`, `"hamming"`, `sequence_length` numbers, or None: what a part is
            multiplied with.
        center: whether the signal is mirrored at its ends, so that part t lies around
            t * sequence_stride.

    Returns:
        (real, imaginary), each (..., parts, fft_length // 2 + 1).

    Raises:
        TypeError: for other types.
        ValueError: for a `fft_length` below `sequence_length`, or another window.
    """
    x = convert_to_tensor(x)
    if x.dtype not in ("float32", "float64"):
        raise TypeError(
            f"Invalid input type. Expected `float32` or `float64`. Received: input type={x.dtype}"
        )
    weights = _window(window, sequence_length, fft_length, x.dtype)
    if center:
        half, n = fft_length // 2, x.shape[-1]
        places = np.abs(np.arange(-half, n + half))
        x = take(x, np.where(places < n, places, 2 * (n - 1) - places), axis=-1)
    return rfft(multiply(_frames(x, fft_length, sequence_stride), weights))


def _window(window: Any, length: int, fft_length: int, dtype: Any) -> np.ndarray:
    if fft_length < length:
        raise ValueError(
            "`fft_length` must equal or larger than `sequence_length`. Received: "
            f"sequence_length={length}, fft_length={fft_length}"
        )
    if isinstance(window, str) and window not in _WINDOWS:
        raise ValueError(
            'If a string is passed to `window`, it must be one of `"hann"`, `"hamming"`. '
            f"Received: window={window}"
        )
    if window is None:
        return np.ones(fft_length, dtype)
    if isinstance(window, str):  # a whole period, but of an odd length both of its ends
        constant = _WINDOWS[window]
        angle = 2 * np.pi * np.arange(length) / max(length - length % 2, 1)
        window = constant - (1 - constant) * np.cos(angle) if length > 1 else np.ones(1)
    window = np.asarray(window, dtype)
    if window.shape != (length,):
        raise ValueError(
            "The shape of `window` must be equal to [sequence_length]. "
            f"Received: window shape={window.shape}"
        )
    before = (fft_length - length) // 2
    return np.pad(window, (before, fft_length - length - before))


_WINDOWS = {"hann": 0.5, "hamming": 0.54}


def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Any:
    """What undoes `stft`: the parts, laid over each other and added up.

    Args:
        x: a pair (real, imaginary), each (..., parts, fft_length // 2 + 1).
        sequence_length, sequence_stride, fft_length, window, center: those of `stft`.
        length: of the result; default: what is known of it.

    Raises:
        ValueError: for anything but a pair of floats of one shape, and see `stft`.
    """
    parts = irfft(x, fft_length)
    number = parts.shape[-2]
    if window is not None:
        weights = _window(window, sequence_length, fft_length, np.dtype(parts.dtype))
        parts = multiply(parts, _undoing(weights, sequence_stride))
    total = fft_length + sequence_stride * (number - 1)
    places = np.arange(number)[:, None] * sequence_stride + np.arange(fft_length)
    first = moveaxis(parts, (-2, -1), (0, 1))
    y = moveaxis(scatter(places[..., None], first, (total, *first.shape[2:])), 0, -1)
    start = fft_length // 2 if center else 0
    end = start + length if length is not None else total - start
    return y[..., start:end]


def _undoing(window: np.ndarray, stride: int) -> np.ndarray:
    """The window divided by the sum of the squares of all that lie over each of its numbers."""
    overlaps = -(-len(window) // stride)
    squares = np.pad(window**2, (0, overlaps * stride - len(window))).reshape(overlaps, stride)
    return window / np.tile(squares.sum(axis=0), overlaps)[: len(window)]

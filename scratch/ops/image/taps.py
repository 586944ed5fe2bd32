"""Along one axis, a new pixel is a sum of weighted old ones: which they are, and what they weigh.

From n to m pixels the middle of pixel i lies at  c = (i + 1/2) n/m - 1/2  of the old ones, and the
pixel j weighs w = k((j - c) / s) / sum over j of these, for a kernel k:

    triangle       1 - |x|                                        |x| < 1
    keyscubic      (3/2 |x| - 5/2) x^2 + 1, then ((-|x|/2 + 5/2) |x| - 4) |x| + 2    |x| < 2
    mitchellcubic  (7/6 |x| - 2) x^2 + 8/9, then a cubic to 0     |x| < 2
    lanczos        r sin(pi x) sin(pi x / r) / (pi x)^2           |x| <= r
    gaussian       exp(-2 x^2)                                    |x| < 3/2

s = n/m where many pixels become few and this is to be smooth (`antialias`), else 1. All is float32,
in TensorFlow's order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch.ops.graph.promotion import as_index
from scratch.random import libm

_f32 = np.float32
_TABLE = 1024  # steps between two pixels, at which the cubic kernel is known to TensorFlow
_LEAST = 1000 * np.finfo(_f32).tiny  # a sum of weights that can be divided by


@dataclass(frozen=True)
class Taps:
    """The weighted sums of an axis: y_i = sum over t of weights[t, i] x[places[t, i]].

    Attributes:
        places: numbers of old pixels, of shape (taps, m).
        weights: float32 of the same shape; 0 beyond what a pixel needs.
        size: how many old pixels there are, n.
    """

    places: np.ndarray
    weights: np.ndarray
    size: int

    def apply(self, x: np.ndarray, axis: int) -> np.ndarray:
        """The new pixels along `axis` (negative) of x, in float32."""
        total: Any = _f32(0.0)
        for place, weight in zip(self.places, self.weights, strict=True):
            total = total + np.take(x, as_index(place), axis).astype(_f32) * _along(weight, axis)
        return total

    def transposed(self, dy: np.ndarray, axis: int) -> np.ndarray:
        """dx = sum over all sums in which a pixel stands of weight dy."""
        dy = np.moveaxis(dy, axis, 0)
        dx = np.zeros((self.size, *dy.shape[1:]), dy.dtype)
        for place, weight in zip(self.places, self.weights, strict=True):
            np.add.at(dx, as_index(place), dy * weight.reshape(-1, *(1,) * (dy.ndim - 1)))
        return np.moveaxis(dx, 0, axis)


def _along(weight: np.ndarray, axis: int) -> np.ndarray:
    return weight.reshape(-1, *(1,) * (-axis - 1))


def middles(n: int, m: int) -> np.ndarray:
    """Where the middles of m pixels lie among n, whose first begins at 0."""
    return (np.arange(m, dtype=_f32) + _f32(0.5)) * (_f32(n) / _f32(m))


def nearest(n: int, m: int) -> Taps:
    """The pixel in which the middle lies."""
    places = np.minimum(np.floor(middles(n, m)).astype(int), n - 1)
    return Taps(places[None], np.ones((1, m), _f32), n)


def linear(n: int, m: int) -> Taps:
    """Both neighbours, by how near they are; those at the edges alone."""
    at = middles(n, m) - _f32(0.5)
    below = np.floor(at)
    places = np.stack([np.clip(i.astype(int), 0, n - 1) for i in (below, np.ceil(at))])
    return Taps(places, np.stack([1 - (at - below), at - below]), n)


def cubic(n: int, m: int) -> Taps:
    """Two pixels on each side, by the cubic kernel at the nearest step of a table."""
    at = middles(n, m) - _f32(0.5)
    below = np.floor(at).astype(int)
    offset = np.rint((at - below.astype(_f32)) * _f32(_TABLE)).astype(int)
    x = np.arange(_TABLE + 1) / _TABLE  # in float64, up to the table itself
    near = ((1.5 * x - 2.5) * x * x + 1).astype(_f32)
    x = x + 1
    far = (((-0.5 * x + 2.5) * x - 4.0) * x + 2.0).astype(_f32)
    back = _TABLE - offset
    weights = np.stack([far[offset], near[offset], near[back], far[back]])
    return _normalized(below + np.arange(-1, 3)[:, None], weights, n)


def _normalized(places: np.ndarray, weights: np.ndarray, n: int) -> Taps:
    """Taps whose weights add up to 1, without those beyond the edges."""
    weights = np.where((places >= 0) & (places < n), weights, _f32(0))
    total = _f32(0)
    for weight in weights:
        total = total + weight
    fits = np.abs(total) >= _LEAST
    weights = np.where(fits, weights * (_f32(1) / np.where(fits, total, _f32(1))), _f32(0))
    return Taps(np.clip(places, 0, n - 1), weights, n)


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.where(x < 1, 1 - x, _f32(0))


def _keys_cubic(x: np.ndarray) -> np.ndarray:
    far = ((_f32(-0.5) * x + _f32(2.5)) * x - _f32(4)) * x + _f32(2)
    near = ((_f32(1.5) * x - _f32(2.5)) * x) * x + _f32(1)
    return np.where(x >= 2, _f32(0), np.where(x >= 1, far, near))


def _mitchell_cubic(x: np.ndarray) -> np.ndarray:
    far = ((_f32(-7 / 18) * x + _f32(2)) * x - _f32(10 / 3)) * x + _f32(16 / 9)
    near = ((_f32(7 / 6) * x - _f32(2)) * x) * x + _f32(8 / 9)
    return np.where(x >= 2, _f32(0), np.where(x >= 1, far, near))


def _gaussian(x: np.ndarray) -> np.ndarray:
    return np.where(
        x >= 1.5, _f32(0), np.exp(-x * x / _f32(2 * 0.5 * 0.5), dtype="float64").astype(_f32)
    )


def _lanczos(radius: int) -> Callable[[np.ndarray], np.ndarray]:
    r, pi = _f32(radius), _f32(np.pi)

    def kernel(x: np.ndarray) -> np.ndarray:
        at = np.where(x <= _f32(1e-3), _f32(1), x)
        sines = r * libm.sin_cos(pi * at)[0] * libm.sin_cos(pi * at / r)[0]
        y = sines / (pi * pi * at * at)
        return np.where(x > r, _f32(0), np.where(x <= _f32(1e-3), _f32(1), y))

    return kernel


# How far a kernel reaches, and the kernel, of |x| in float32.
KERNELS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "bilinear": (1.0, _triangle),
    "bicubic": (2.0, _keys_cubic),
    "lanczos3": (3.0, _lanczos(3)),
    "lanczos5": (5.0, _lanczos(5)),
    "gaussian": (1.5, _gaussian),
    "mitchellcubic": (2.0, _mitchell_cubic),
}


def smooth(n: int, m: int, kernel: str, antialias: bool) -> Taps:
    """All pixels within the reach of a kernel, which is wider where many pixels become few."""
    reach, function = KERNELS[kernel]
    inverse = _f32(1.0 / (_f32(m) / _f32(n)))
    wide = max(inverse, _f32(1)) if antialias else _f32(1)
    at = (np.arange(m, dtype=_f32) + _f32(0.5)) * inverse
    radius = _f32(reach) * wide
    first = np.clip(np.ceil(at - radius - _f32(0.5)).astype(int), 0, n - 1)
    last = np.clip(np.floor(at + radius - _f32(0.5)).astype(int), 0, n - 1)
    places = first + np.arange((last - first).max() + 1)[:, None]
    distance = places.astype(_f32) + _f32(0.5) - at
    weights = function(np.abs(distance * (_f32(1) / wide)))
    weights = np.where(places <= last, weights, _f32(0))
    return _normalized(places, np.where((at < 0) | (at > n), _f32(0), weights), n)


def area(n: int, m: int) -> Taps:
    """All that a new pixel covers, by how much of it; n/m times as heavy as in a mean."""
    scale = _f32(n) / _f32(m)
    start = np.arange(m, dtype=_f32) * scale
    end = (np.arange(m, dtype=_f32) + _f32(1)) * scale
    first, beyond = np.floor(start).astype(int), np.ceil(end).astype(int)
    places = first + np.arange((beyond - first).max())[:, None]
    i = places.astype(_f32)
    cut_below, cut_above = i < start, i + 1 > end
    weights = np.where(
        cut_below,
        np.where(cut_above, scale, i + 1 - start),
        np.where(cut_above, end - i, _f32(1)),
    )
    weights = np.where(places < beyond, weights, _f32(0)).astype(_f32)
    return Taps(np.clip(places, 0, n - 1), weights, n)

"""Standardizing: off with the mean, and divided by the standard deviation.

    n = sum m (+ a little)    mu = sum m x / n    v = sum m (x - mu)^2 / n
    r = 1 / sqrt(v + eps)     x^ = (x - mu) r

m are weights, 1 unless a mask says 0. Backwards, with dx^ coming in:

    dv  = -r^3 / 2 sum dx^ (x - mu)
    dmu = -r sum dx^ - 2 dv / n sum m (x - mu)
    dx  = r dx^ + m / n (dmu + 2 dv (x - mu))

Where mean and variance are given numbers, dx = r dx^ alone. Normalization by batch, by layer and by
group are this, over different axes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch.kernels.table import kernel

Axes = tuple[int, ...]


@dataclass
class Standardized:
    """What the forward pass leaves for the backward one.

    Attributes:
        deviation: x - mu, or x itself where the mean was not taken off.
        inverse: r, broadcastable.
        mean, variance: mu and v, with axes kept.
        axes: over which they were taken; None where they were given.
        weights, count: m (or None) and n.
    """

    deviation: np.ndarray
    inverse: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    axes: Axes | None
    weights: np.ndarray | None = None
    count: Any = 1
    centered: bool = True

    @property
    def value(self) -> np.ndarray:
        """x^: the deviation from the mean times r."""
        return self.deviation * self.inverse


@kernel("moments")
def moments(
    x: np.ndarray, axes: Axes, mean: np.ndarray, deviation: np.ndarray, variance: np.ndarray
) -> None:
    """Mean and variance over `axes`, which are kept with size 1, and x - mean."""
    np.mean(x, axis=axes, keepdims=True, out=mean)
    np.subtract(x, mean, out=deviation)
    np.mean(np.square(deviation), axis=axes, keepdims=True, out=variance)


@kernel("multiply_add")
def multiply_add(x: np.ndarray, factor: np.ndarray, shift: np.ndarray, y: np.ndarray) -> None:
    """y = x * factor + shift, which broadcast to the shape of x."""
    np.multiply(x, factor, out=y)
    np.add(y, shift, out=y)


def standardize(
    x: np.ndarray,
    axes: Axes,
    epsilon: float,
    mask: np.ndarray | None = None,
    floor: float = 0.0,
    centered: bool = True,
) -> Standardized:
    """Standardizes x over `axes`.

    Args:
        x: any shape.
        axes: over which mean and variance are taken.
        epsilon: joins the variance.
        mask: booleans of the shape of x, or None.
        floor: joins the count, where there is a mask.
        centered: False leaves the mean in, but not in the variance.
    """
    if mask is None:
        weights = None
        count: Any = x.dtype.type(np.prod([x.shape[a] for a in axes], dtype=int))
        kept = tuple(1 if a in axes else n for a, n in enumerate(x.shape))
        mean, variance = (np.empty_like(x, order="C", shape=kept) for _ in range(2))
        deviation = np.empty_like(x)
        moments(x, axes, mean, deviation, variance)
    else:
        weights = mask.astype(x.dtype)
        count = weights.sum(axis=axes, keepdims=True) + x.dtype.type(floor)
        mean = np.where(mask, x, 0).sum(axis=axes, keepdims=True) / count
        deviation = x - mean
        variance = (np.square(deviation) * weights).sum(axis=axes, keepdims=True) / count
    inverse = 1 / np.sqrt(variance + x.dtype.type(epsilon))
    from_mean = deviation if centered else x
    return Standardized(from_mean, inverse, mean, variance, axes, weights, count, centered)


def standardize_with(
    x: np.ndarray, mean: np.ndarray, variance: np.ndarray, epsilon: float
) -> Standardized:
    """As `standardize`, with a mean and a variance that are given."""
    inverse = 1 / np.sqrt(variance + x.dtype.type(epsilon))
    return Standardized(x - mean, inverse, mean, variance, None)


def scale_and_shift(
    x: np.ndarray, s: Standardized, gamma: np.ndarray | None, beta: np.ndarray | None
) -> np.ndarray:
    """`gamma x^ + beta` as x (r gamma) + (beta - mu r gamma), as TensorFlow rounds it."""
    inverse = s.inverse if gamma is None else s.inverse * gamma
    if not s.centered:
        return x * inverse
    shift = -s.mean * inverse
    y = np.empty_like(x, np.result_type(x, inverse, shift), order="C")
    multiply_add(x, inverse, shift if beta is None else shift + beta, y)
    return y


def standardize_backward(dvalue: np.ndarray, s: Standardized) -> np.ndarray:
    """dx from dx^."""
    r, n = s.inverse, s.count
    dx = r * dvalue
    if s.axes is None:
        return dx
    deviation = s.deviation if s.centered else s.deviation - s.mean
    dv = -(r**3) / 2 * (dvalue * s.deviation).sum(axis=s.axes, keepdims=True)
    weighted = deviation if s.weights is None else s.weights * deviation
    through = 2 * dv * weighted
    if s.centered:
        dmean = -dx.sum(axis=s.axes, keepdims=True)
        if s.weights is not None:  # else the deviations add up to zero
            dmean = dmean - 2 * dv / n * weighted.sum(axis=s.axes, keepdims=True)
        through = through + (dmean if s.weights is None else dmean * s.weights)
    return dx + through / n

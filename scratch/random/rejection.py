"""Gamma and binomial numbers: proposals, of which those that are not accepted are drawn again.

    gamma      x normal, u uniform, d = a - 1/3, c = 1 / (3 sqrt(d)), v = (1 + c x)^3:
               d v is accepted where v > 0 and ln u < x^2/2 + d (1 - v + ln v).
               For a < 1 it is drawn for a + 1 and multiplied by b^(1/a), b uniform; for a = 1 it is
               exponential, -ln(1 - u).                                (Marsaglia and Tsang, 2000)
    binomial   few successes: gaps between them are geometric, ceil(ln u / ln(1 - p)), and counted
               until their sum exceeds n.
               many (n p >= 10): k = floor((2a / (1/2 - |u|) + b) u + c) for u, v uniform, accepted
               by the ratio of v and the binomial's mass at k.         (Hoermann's BTRS, 1993)

Each number owns a stretch of the stream, from which it takes a block of words when it needs one. A
block holds two float64 numbers, and the second is used first. All is computed in float64; the bits
are TensorFlow's.
"""

import math
from collections.abc import Callable

import numpy as np

from scratch.random import draws
from scratch.random.philox import Philox

BLOCKS_PER_NUMBER = 256
BLOCKS_PER_COUNT = 42  # of what is counted by gaps
MANY = 10  # expected successes from which on the transformed rejection is the faster one
# ln k! - (Stirling's formula), for k = 0, 1, ..., 9
STIRLING_TAILS = np.array(
    [0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
     0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.0104112652619720,
     0.00925546218271273, 0.00833056343336287]
)  # fmt: skip


class _Stretches:
    """The parts of a stream that belong to many numbers, and how much of each is used up."""

    def __init__(self, stream: Philox, numbers: np.ndarray, blocks: int) -> None:
        self._stream = stream
        self._next = numbers.astype(np.uint64) * np.uint64(blocks)

    def supply(self, kind: Callable) -> Callable[[np.ndarray], np.ndarray]:
        """A function from places (of numbers that want one more draw) to these draws."""
        pairs = np.empty((len(self._next), 2))
        left = np.zeros(len(self._next), np.int8)

        def take(at: np.ndarray) -> np.ndarray:
            empty = at[left[at] == 0]
            words = self._stream.blocks(self._next[empty]).reshape(-1)
            pairs[empty] = kind(words).reshape(-1, 2)
            self._next[empty] += np.uint64(1)
            left[empty] = 2
            left[at] -= 1
            return pairs[at, left[at]]

        return take


def gamma(stream: Philox, alpha: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Gamma numbers of scale 1.

    Args:
        stream: of words.
        alpha: the shapes of the distributions, float64 of shape (n,).
        numbers: which stretch each owns, of shape (n,).
    """
    stretches = _Stretches(stream, numbers, BLOCKS_PER_NUMBER)
    normal = stretches.supply(draws.normals_of_words)
    uniform = stretches.supply(draws.uniforms_of_words)
    drawn = np.full(len(alpha), np.nan)  # where nothing is accepted, as for alpha = NaN
    ones = np.flatnonzero(alpha == 1.0)
    drawn[ones] = [-math.log1p(-u) for u in uniform(ones).tolist()]
    d = alpha + np.where(alpha < 1.0, 2.0 / 3, -1.0 / 3)
    c = 1.0 / 3 / np.sqrt(d)
    waiting = np.flatnonzero((alpha != 1.0) & (d > 0))
    while len(waiting):
        x = normal(waiting)
        v = 1 + c[waiting] * x
        tried, x, v = waiting[v > 0], x[v > 0], v[v > 0]
        v = v * v * v
        u = uniform(tried)
        slack = 0.5 * x * x + d[tried] * (1 - v + np.log(v)) - np.log(u)
        taken = (u < 1 - 0.0331 * (x * x) * (x * x)) | (slack > 0)
        drawn[tried[taken]] = d[tried[taken]] * v[taken]
        waiting = np.setdiff1d(waiting, tried[taken], assume_unique=True)
    small = np.flatnonzero((alpha < 1.0) & (d > 0))
    powers = zip(uniform(small).tolist(), (1 / alpha[small]).tolist(), strict=True)
    drawn[small] *= [math.pow(b, exponent) for b, exponent in powers]
    return drawn


def binomial(
    stream: Philox, counts: np.ndarray, chances: np.ndarray, numbers: np.ndarray
) -> np.ndarray:
    """How often something of a given chance happens in so many trials.

    Args:
        stream: of words.
        counts: how many trials, of shape (n,).
        chances: the probabilities of success, likewise and of the same float type.
        numbers: which stretch each owns, of shape (n,).
    """
    rarer = np.where(chances > 0.5, 1 - chances, chances)
    drawn = np.where(np.isnan(chances), np.nan, 0.0)
    open_ = (counts > 0) & (chances > 0) & (chances < 1)
    many = counts * rarer >= MANY
    for chosen, draw, blocks in (
        (open_ & ~many, _geometric_gaps, BLOCKS_PER_COUNT),
        (open_ & many, _transformed, BLOCKS_PER_NUMBER),
    ):
        at = np.flatnonzero(chosen)
        uniform = _Stretches(stream, numbers[at], blocks).supply(draws.uniforms_of_words)
        drawn[at] = draw(uniform, counts[at].astype("float64"), rarer[at].astype("float64"))
    drawn = np.where((chances > 0.5) & open_, counts - drawn, drawn)
    return np.where((chances >= 1) & (counts > 0), counts, drawn)


def _geometric_gaps(uniform: Callable, counts: np.ndarray, chances: np.ndarray) -> np.ndarray:
    passed, successes = np.zeros(len(counts)), np.zeros(len(counts))
    waiting = np.arange(len(counts))
    while len(waiting):
        u = uniform(waiting)
        passed[waiting] += np.ceil(np.log(u) / np.log1p(-chances[waiting]))
        waiting = waiting[passed[waiting] <= counts[waiting]]
        successes[waiting] += 1
    return successes


def _transformed(uniform: Callable, counts: np.ndarray, chances: np.ndarray) -> np.ndarray:
    drawn = np.empty(len(counts))
    waiting = np.arange(len(counts))
    while len(waiting):
        n, p = counts[waiting], chances[waiting]
        deviation = np.sqrt(n * p * (1 - p))
        b = 1.15 + 2.53 * deviation
        a = -0.0873 + 0.0248 * b + 0.01 * p
        u = uniform(waiting) - 0.5
        v = uniform(waiting)
        beside = 0.5 - np.abs(u)
        k = np.floor((2 * a / beside + b) * u + n * p + 0.5)
        taken = (beside >= 0.07) & (v <= 0.92 - 4.2 / b)
        possible = (k >= 0) & (k <= n)
        height = np.log(v * (2.83 + 5.1 / b) * deviation / (a / (beside * beside) + b))
        taken |= possible & (height <= _log_mass_ratio(np.where(possible, k, 0.0), n, p))
        drawn[waiting[taken]] = k[taken]
        waiting = waiting[~taken]
    return drawn


def _log_mass_ratio(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """ln of the binomial's mass at k over that at its mode."""
    r, m = p / (1 - p), np.floor((n + 1) * p)
    ratio = (m + 0.5) * np.log((m + 1) / (r * (n - m + 1)))
    ratio += (n + 1) * np.log((n - m + 1) / (n - k + 1))
    ratio += (k + 0.5) * np.log(r * (n - k + 1) / (k + 1))
    return ratio + _tail(m) + _tail(n - m) - _tail(k) - _tail(n - k)


def _tail(k: np.ndarray) -> np.ndarray:
    square = (k + 1) * (k + 1)
    series = (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)
    return np.where(k <= 9, STIRLING_TAILS[np.clip(k, 0, 9).astype(int)], series)

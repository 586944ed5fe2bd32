"""Random numbers from TensorFlow's operations that have a state.

An operation's stream begins with the pair (global seed, its own seed), used as they are; without
a seed of its own it draws one by `np.random`. In a network it goes on in every pass: who draws n
numbers reserves 256 n blocks of the stream, and the next begins behind them.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import ops
from scratch.backend.values import variable
from scratch.config import floatx
from scratch.context.definitions import trace_under_way
from scratch.data.shuffle_buffer import DEFAULT_SEED
from scratch.random import draws
from scratch.random.permutation import INSTEAD_OF_ZEROS
from scratch.random.philox import Philox
from scratch.random.seeding import global_seed

_RESERVED = 256  # blocks of the stream for each number that is drawn


class _Operation:
    """An operation that draws.

    Args:
        draw: from a stream, a number of numbers and a type to these numbers.
        seed: of its own, or None.
        dtype: of the numbers.
    """

    def __init__(self, draw: Callable[..., Any], seed: int | None, dtype: Any) -> None:
        self._draw, self._dtype = draw, np.dtype(dtype or floatx())
        seed = int(np.random.randint(10_000_000)) if seed is None else seed
        first = global_seed()
        pair = (DEFAULT_SEED if first is None else first, seed)
        self._stream, self._blocks = Philox.stateful(*(pair if any(pair) else INSTEAD_OF_ZEROS)), 0

    def __call__(self, shape: Any) -> np.ndarray:
        count = math.prod(shape)
        stream = Philox(self._stream.key, self._stream.high)
        numbers = self._draw(_Behind(stream, self._blocks), count, self._dtype)
        self._blocks += count * _RESERVED
        return numbers.reshape(shape)


class _Behind:
    """A stream, from a block on."""

    def __init__(self, stream: Philox, first: int) -> None:
        self._stream, self._first = stream, first

    def words(self, count: int, start: int = 0) -> np.ndarray:
        return self._stream.words(count, start + self._first)

    def blocks(self, positions: np.ndarray) -> np.ndarray:
        return self._stream.blocks(positions + np.uint64(self._first))


def _drawn(draw: Callable[..., Any], shape: Any, seed: int | None, dtype: Any) -> Any:
    """Numbers now; in a definition that is run on symbols, new ones in every pass."""
    operation = _Operation(draw, seed, dtype)
    trace = trace_under_way()
    if trace is None:
        return operation(tuple(int(n) for n in shape))
    return trace.draw(operation, tuple(shape), str(np.dtype(dtype or floatx())))


def random_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Normally distributed numbers."""
    return _drawn(draws.standard_normal, shape, seed, dtype) * stddev + mean


def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """The same, those outside of mean +- 2 stddev drawn again."""
    return _drawn(draws.standard_truncated_normal, shape, seed, dtype) * stddev + mean


def random_uniform(
    shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Numbers from `minval` to below `maxval`, all alike."""
    return _drawn(draws.unit_uniform, shape, seed, dtype) * (maxval - minval) + minval


def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: int | None = None) -> Any:
    """1 with probability p, else 0."""
    drawn = _drawn(draws.unit_uniform, shape, seed, dtype)
    return ops.cast(ops.less_equal(drawn, p), dtype or floatx())


def dropout(x: Any, level: float, noise_shape: Any = None, seed: int | None = None) -> Any:
    """x / (1 - level) where a uniform number is not below `level`, else 0."""
    shape = ops.shape(x) if noise_shape is None else noise_shape
    drawn = _drawn(draws.unit_uniform, shape, seed, x.dtype)
    return ops.where(ops.greater_equal(drawn, level), x * (1.0 / (1.0 - level)), 0.0)


def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: Any = None, name: str | None = None,
    seed: int | None = None,
) -> Any:  # fmt: skip
    """A variable of normally distributed numbers."""
    return variable(random_normal(shape, mean, scale, dtype, _seed(seed)), dtype, name)


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None,
    seed: int | None = None,
) -> Any:  # fmt: skip
    """A variable of numbers from `low` to below `high`."""
    return variable(random_uniform(shape, low, high, dtype, _seed(seed)), dtype, name)


def _seed(seed: int | None) -> int:
    return int(np.random.randint(1_000_000_000)) if seed is None else seed

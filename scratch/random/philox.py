"""Philox 4x32-10: random bits as a function of a counter and a key.

A counter-based generator has no state to step: word j of block i is a pure function of i, so any
part of a stream can be computed at once, in any order. One of the ten rounds is

    (c0, c1, c2, c3) -> (hi(M1 c2) ^ c1 ^ k0,  lo(M1 c2),  hi(M0 c0) ^ c3 ^ k1,  lo(M0 c0))

with hi and lo the halves of a 64-bit product; between rounds the key (k0, k1) grows by (W0, W1).

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011), and the
way TensorFlow turns a pair of seeds into a key and a counter.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch.kernels.table import kernel

M0, M1 = 0xD2511F53, 0xCD9E8D57
W0, W1 = 0x9E3779B9, 0xBB67AE85
ROUNDS = 10
LOW = 0xFFFFFFFF

# TensorFlow mixes the seeds of its stateless operations with one block under this key.
SCRAMBLE_KEY = (0x3EC8F720, 0x02461E29)

# Blocks computed at once: three work arrays of this length fit in a core's level-2 cache.
# (58,800 blocks, a 784 x 300 kernel: 2.0 ms; 5.3 ms with 1,024, 3.3 ms with 65,536.)
CHUNK = 8192


def philox_block(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, ...]:
    """One block of four 32-bit words: the definition, on Python integers."""
    c0, c1, c2, c3 = counter
    for k0, k1 in _keys(*key):
        p0, p1 = M0 * c0, M1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & LOW, (p0 >> 32) ^ c3 ^ k1, p0 & LOW
    return c0, c1, c2, c3


def philox_blocks(positions: np.ndarray, high: int, key: tuple[int, int]) -> np.ndarray:
    """Many blocks: the same function, a whole array of counters at a time.

    Args:
        positions: the low 64 bits of each counter, uint64 of shape `(n,)`.
        high: the high 64 bits, common to all counters.
        key: the key, two 32-bit words.

    Returns:
        The words, uint32 of shape `(n, 4)`.
    """
    words = np.empty((len(positions), 4), np.uint32)
    keys, multipliers = np.array(_keys(*key), np.uint64), np.array([M0, M1], np.uint64)
    for start in range(0, len(positions), CHUNK):
        piece = slice(start, start + CHUNK)
        philox_rounds(positions[piece], np.uint64(high), keys, multipliers, words[piece])
    return words


def _keys(k0: int, k1: int) -> list[tuple[int, int]]:
    """The key of each round."""
    return [((k0 + r * W0) & LOW, (k1 + r * W1) & LOW) for r in range(ROUNDS)]


@kernel("philox_rounds")
def philox_rounds(
    positions: np.ndarray, high: Any, keys: np.ndarray, multipliers: np.ndarray, words: np.ndarray
) -> None:
    """Many blocks, into `words` (n, 4); `keys` (rounds, 2), `multipliers` (2,): uint64."""
    # Two lanes: `even` holds (c0, c2), which are multiplied; `odd` holds (c1, c3).
    # 32-bit values in 64-bit words, so that a product keeps both of its halves.
    shape = (2, len(positions))
    even, odd, product = (np.empty(shape, np.uint64) for _ in range(3))
    low, half = np.uint64(LOW), np.uint64(32)
    np.bitwise_and(positions, low, out=even[0])
    np.right_shift(positions, half, out=odd[0])
    even[1], odd[1] = high & low, high >> half
    crossed = product[::-1]  # each lane receives the other lane's product
    for key in keys:
        np.multiply(even, multipliers[:, None], out=product)
        np.right_shift(crossed, half, out=even)
        even ^= odd
        even ^= key[:, None]
        np.bitwise_and(crossed, low, out=odd)
    words[:, 0::2] = even.T
    words[:, 1::2] = odd.T


@dataclass(frozen=True)
class Philox:
    """An endless row of random words: one key, and counters that share their high half.

    Attributes:
        key: two 32-bit words.
        high: the high 64 bits of every counter.
    """

    key: tuple[int, int]
    high: int

    @classmethod
    def stateless(cls, seed: int, step: int) -> "Philox":
        """The stream of TensorFlow's stateless operations for the seed pair `(seed, step)`.

        The pair is scrambled first, so that neighbouring seeds give unrelated keys.
        """
        a, b, c, d = philox_block((seed & LOW, seed >> 32, step & LOW, step >> 32), SCRAMBLE_KEY)
        return cls(key=(a, b), high=c | d << 32)

    @classmethod
    def stateful(cls, seed: int, operation: int) -> "Philox":
        """The stream of a TensorFlow operation with state: both seeds are used as they are."""
        return cls(key=(seed & LOW, seed >> 32), high=operation)

    def words(self, count: int, start: int = 0) -> np.ndarray:
        """`count` words from block number `start` on, uint32."""
        blocks = -(-count // 4)
        return self.blocks(np.arange(start, start + blocks, dtype=np.uint64)).reshape(-1)[:count]

    def blocks(self, positions: np.ndarray) -> np.ndarray:
        """The blocks at `positions` (uint64 of shape `(n,)`), uint32 of shape `(n, 4)`."""
        return philox_blocks(positions, self.high, self.key)

"""Twin of Philox's rounds: all ten for one block, and then the next."""

from typing import Any

import numpy as np

from scratch.kernels.compiled.twin import twin

ROUNDS = 10  # known beforehand, so that several blocks can be computed side by side
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


def _are_ten(positions: Any, high: Any, keys: np.ndarray, *others: Any) -> bool:
    return len(keys) == ROUNDS


@twin("philox_rounds", _are_ten)
def philox_rounds(
    positions: np.ndarray, high: Any, keys: np.ndarray, multipliers: np.ndarray, words: np.ndarray
) -> None:
    """See `random.philox`."""
    m0, m1 = multipliers
    high_0, high_1 = high & LOW, high >> HALF
    for i in range(positions.size):
        c0, c1, c2, c3 = positions[i] & LOW, positions[i] >> HALF, high_0, high_1
        for r in range(ROUNDS):
            p0, p1 = m0 * c0, m1 * c2
            c0, c1 = (p1 >> HALF) ^ c1 ^ keys[r, 0], p1 & LOW
            c2, c3 = (p0 >> HALF) ^ c3 ^ keys[r, 1], p0 & LOW
        words[i, 0], words[i, 1], words[i, 2], words[i, 3] = c0, c1, c2, c3

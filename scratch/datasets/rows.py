"""The order in which Keras's loaders hand rows out, and how they split them."""

from typing import Any

import numpy as np

Pair = tuple[Any, Any]


def shuffled(seed: int, *pairs: Pair) -> list[Pair]:
    """Rows x and labels y, shuffled alike; one pair after the other draws from one stream."""
    rng = np.random.RandomState(seed)
    found = []
    for x, y in pairs:
        rows = np.arange(len(x))
        rng.shuffle(rows)
        found.append((x[rows], y[rows]))
    return found


def split(x: Any, y: Any, test_split: float) -> tuple[Pair, Pair]:
    """The first rows to train with, the last `test_split` of them to test with."""
    n = int(len(x) * (1 - test_split))
    return (x[:n], y[:n]), (x[n:], y[n:])


def require_share(test_split: float) -> None:
    """Refuses what is no share.

    Raises:
        ValueError: unless it lies in [0, 1).
    """
    if not 0 <= test_split < 1:
        raise ValueError(
            f"Invalid `test_split` argument: {test_split}. It must be between 0 and 1 (exclusive "
            "of 1)."
        )

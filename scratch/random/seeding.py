"""Where seeds come from.

Whatever is random and was given no seed draws one with Python's `random` when it is *constructed*;
`set_random_seed` makes these draws, and NumPy's, repeatable. So a program's seed and the order in
which it builds its layers decide its initial weights, as in tf.keras.
"""

import random
from dataclasses import dataclass
from typing import Any

import numpy as np

LARGEST_DEFAULT_SEED = 1_000_000_000
SEED_LIMIT = 2**32


@dataclass
class GlobalState:
    """What `set_random_seed` sets.

    Attributes:
        seed: the program's seed, or None.
        generator: the generator of the functions in `scratch.random` that are given no seed;
            made when it is first needed.
        shuffles: how many orders have been drawn under this seed (see `permutation`, quirk K4).
    """

    seed: int | None = None
    generator: Any = None
    shuffles: int = 0


state = GlobalState()


def set_random_seed(seed: int) -> None:
    """Makes a program repeatable (`keras.utils.set_random_seed`).

    Seeds Python's `random`, NumPy's global generator and the order in which `fit` visits samples,
    and forgets the global `SeedGenerator`.

    Args:
        seed: from 0 to 2**32 - 1.

    Raises:
        ValueError: for anything else.
    """
    if not isinstance(seed, int):
        raise ValueError(
            f"Expected `seed` argument to be an integer. "
            f"Received: seed={seed!r} (of type {type(seed)}). Convert it with int(seed)"
        )
    if not 0 <= seed < SEED_LIMIT:
        raise ValueError(f"Seed must be between 0 and 2**32 - 1. Received: seed={seed!r}")
    state.seed, state.generator, state.shuffles = int(seed), None, 0
    random.seed(seed)
    np.random.seed(seed)


def global_seed() -> int | None:
    """The seed that `set_random_seed` was given last, or None."""
    return state.seed


def make_default_seed() -> int:
    """A seed for something that was given none: from Python's `random`, 1 to 1,000,000,000."""
    return random.randint(1, LARGEST_DEFAULT_SEED)

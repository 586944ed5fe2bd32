"""The orders in which `fit` visits the samples.

Fisher-Yates on 0..n-1:  for i = 0..n-2:  swap places i and i + word[i] mod (n - i)

with words from TensorFlow's stream for the program's seed. tf.keras starts that stream anew in
every epoch: after `set_random_seed` **all epochs, and all later fits, see one and the same order**
(quirk K4; Keras on JAX or torch does not do this). Without the quirk each epoch has an order of its
own, repeatable all the same. Without `set_random_seed` every order is new.
"""

import secrets
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from scratch import quirks
from scratch.random.philox import Philox
from scratch.random.seeding import state

# TensorFlow folds the seeds of operations with state into this range ...
SEED_MODULUS = 2**31 - 1
# ... and takes this pair in place of (0, 0), which it reads as "no seed".
INSTEAD_OF_ZEROS = (0, 2**31 - 1)


def next_seeds() -> tuple[int, ...]:
    """What decides the next order: the pair of seeds of a stream, or a number that is always new.

    Whoever keeps it can have the same order again.
    """
    if state.seed is None:
        return (secrets.randbits(128),)
    drawn = 0
    if not quirks.active("K4"):
        drawn = state.shuffles
        state.shuffles += 1
    seeds = state.seed % SEED_MODULUS, drawn
    return INSTEAD_OF_ZEROS if seeds == (0, 0) else seeds


def fit_permutation(n: int, seeds: tuple[int, ...] | None = None) -> np.ndarray:
    """The order of `n` samples in one epoch of `fit(shuffle=True)`.

    Args:
        n: how many samples there are.
        seeds: from `next_seeds`, which is the default.

    Returns:
        A permutation of 0..n-1, int64 of shape `(n,)`, read-only.
    """
    seeds = next_seeds() if seeds is None else seeds
    if len(seeds) == 1:
        return np.random.default_rng(*seeds).permutation(n)
    return _permutation(n, seeds)


def batch_permutations(
    sizes: Iterable[int], seeds: tuple[int, ...] | None = None
) -> list[np.ndarray]:
    """The orders within the batches of one epoch of `fit(shuffle="batch")`.

    Args:
        sizes: how many samples each batch has.
        seeds: from `next_seeds`, which is the default.

    Returns:
        For each batch a permutation of 0..size-1, int64.
    """
    seeds = next_seeds() if seeds is None else seeds
    if len(seeds) == 1:
        fresh = np.random.default_rng(*seeds)
        return [fresh.permutation(size) for size in sizes]
    sizes = list(sizes)
    # Every batch begins with a block of its own, and takes a word for all places but the last.
    firsts = np.cumsum([0] + [-(-(size - 1) // 4) * 4 for size in sizes]).tolist()
    words = Philox.stateful(*seeds).words(firsts[-1])
    return [_shuffled(size, words[first:]) for size, first in zip(sizes, firsts[:-1], strict=True)]


@lru_cache(maxsize=2)
def _permutation(n: int, seeds: tuple[int, ...]) -> np.ndarray:
    # Kept, because under K4 each epoch asks for the same one.
    order = _shuffled(n, Philox.stateful(*seeds).words(n))
    order.flags.writeable = False
    return order


def _shuffled(n: int, words: np.ndarray) -> np.ndarray:
    # Each swap sees what the earlier ones did, so the loop stays in Python; all that can be known
    # beforehand is computed beforehand. (60,000 samples: 7 ms.)
    if n < 2:
        return np.arange(n)
    offsets = words[: n - 1] % np.arange(n, 1, -1, dtype=np.uint32)
    partners = (offsets + np.arange(n - 1, dtype=np.uint32)).tolist()
    order = list(range(n))
    for i, j in enumerate(partners):
        order[i], order[j] = order[j], order[i]
    return np.array(order)

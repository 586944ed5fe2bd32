"""The order in which tf.data's `shuffle(buffer_size, seed)` hands elements out.

A buffer is kept full; each element that is handed out is one of those in it, chosen by a word of
a random stream, and gives its place to the one that stands first:

    k = word mod (elements in the buffer)        hand out buffer[first + k]
    buffer[first + k] = buffer[first];           first += 1

Every pass over the data has a stream of its own: its pair of seeds are the next two words of the
stream that the pair (global seed, seed) begins; or all have that stream itself.

Source: TensorFlow's `shuffle_dataset_op`, by experiment.
"""

from collections.abc import Iterator

from scratch.random.permutation import INSTEAD_OF_ZEROS
from scratch.random.philox import Philox
from scratch.random.seeding import global_seed

DEFAULT_SEED = 87654321  # TensorFlow's, where no global one was set
_PIECE = 1024  # words computed at once


class ShuffleBuffer:
    """Orders of n elements, one for each pass.

    Args:
        n: how many there are.
        size: of the buffer.
        seed: of the operation; the global seed counts as it is now.
        anew: whether every pass has another order.
    """

    def __init__(self, n: int, size: int, seed: int, anew: bool = True) -> None:
        self._n, self._size = n, size
        first = global_seed()
        seeds = (DEFAULT_SEED if first is None else first, seed)
        self._pair = INSTEAD_OF_ZEROS if seeds == (0, 0) else seeds
        self._seeds = _words(self._pair) if anew else None

    def order(self) -> Iterator[int]:
        """The numbers of the elements in the order of the next pass, whose seeds are drawn now."""
        anew = self._seeds
        return self._order(_words(self._pair if anew is None else (next(anew), next(anew))))

    def _order(self, words: Iterator[int]) -> Iterator[int]:
        size = min(self._size, self._n)
        buffer = list(range(size))  # a ring
        for first in range(self._n):
            filled = min(size, self._n - first)
            k = (first + next(words) % filled) % size
            yield buffer[k]
            buffer[k] = buffer[first % size]
            buffer[first % size] = first + size  # the next one comes in


def _words(seeds: tuple[int, int]) -> Iterator[int]:
    """The words of a stream."""
    stream, start = Philox.stateful(*seeds), 0
    while True:
        yield from stream.words(_PIECE, start).tolist()
        start += _PIECE // 4  # blocks

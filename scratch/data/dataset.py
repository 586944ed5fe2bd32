"""Elements that can be run through again and again, and what is made of them.

    data = Dataset(lambda: iter(rows), len(rows)).shuffle(64, seed=1).batch(32).map(f)

What Keras's functions give as a `tf.data.Dataset` is one of these here: the same elements in the
same order, as arrays. The methods have the names and arguments of tf.data.
"""

import itertools
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from scratch import tree
from scratch.data.shuffle_buffer import ShuffleBuffer
from scratch.ops.graph.eager import EagerTensor, eager
from scratch.random.seeding import make_default_seed


class Dataset:
    """A source of elements: arrays, or tuples and dictionaries of them.

    Args:
        elements: begins a pass.
        length: how many there are; `math.inf` where they have no end, None where that is not known.

    Attributes:
        class_names, file_paths: of what was read from a folder.
    """

    class_names: list[str] | None = None
    file_paths: list[str] | None = None

    def __init__(self, elements: Callable[[], Iterator[Any]], length: float | None = None) -> None:
        self._elements, self._length = elements, length

    @classmethod
    def of_arrays(cls, arrays: Any) -> "Dataset":
        """The rows of arrays, in any structure (`from_tensor_slices`)."""
        n = len(tree.flatten(arrays)[0])

        def rows() -> Iterator[Any]:
            return (tree.map_structure(operator.itemgetter(i), arrays) for i in range(n))

        return cls(rows, n)

    def __iter__(self) -> Iterator[Any]:
        """One pass; arrays have `numpy()`, like all that is computed at once."""
        return (tree.map_structure(_eager, element) for element in self._elements())

    def __len__(self) -> int:
        if self._length is None:
            raise TypeError("The dataset length is unknown.")
        if self._length == math.inf:
            raise TypeError("The dataset is infinite.")
        return int(self._length)

    def cardinality(self) -> int:
        """How many elements there are; -1 without end, -2 where that is not known."""
        return {None: -2, math.inf: -1}.get(self._length) or int(self._length or 0)

    def as_numpy_iterator(self) -> Iterator[Any]:
        """One pass, plain arrays and scalars."""
        return (tree.map_structure(_plain, element) for element in self)

    def _then(self, elements: Callable[[], Iterator[Any]], length: float | None) -> "Dataset":
        return Dataset(elements, length)

    # What is made of it

    def map(self, map_func: Callable[..., Any], **_: Any) -> "Dataset":
        """`map_func` of every element; a tuple's parts are its arguments."""

        def mapped() -> Iterator[Any]:
            return (map_func(*e) if isinstance(e, tuple) else map_func(e) for e in self)

        return self._then(mapped, self._length)

    def filter(self, predicate: Callable[..., Any]) -> "Dataset":
        """The elements for which `predicate` is true."""

        def kept() -> Iterator[Any]:
            return (e for e in self if (predicate(*e) if isinstance(e, tuple) else predicate(e)))

        return self._then(kept, None)

    def batch(self, batch_size: int, drop_remainder: bool = False, **_: Any) -> "Dataset":
        """Every so many elements as one, along a new first axis."""

        def batches(source: Iterator[Any]) -> Iterator[Any]:
            while rows := list(itertools.islice(source, batch_size)):
                if len(rows) == batch_size or not drop_remainder:
                    yield tree.map_structure(_stacked, *rows)

        length = self._length
        if length is not None and length != math.inf:
            length = (length if drop_remainder else length + batch_size - 1) // batch_size
        return self._then(lambda: batches(iter(self)), length)

    def unbatch(self) -> "Dataset":
        """The rows of its elements."""
        return self._then(lambda: itertools.chain.from_iterable(map(Dataset.of_arrays, self)), None)

    def shuffle(
        self, buffer_size: int, seed: int | None = None, reshuffle_each_iteration: bool = True
    ) -> "Dataset":
        """In another order in every pass, tf.data's: see `shuffle_buffer`.

        Raises:
            TypeError: for data without a known length.
        """
        n = len(self)
        seed = make_default_seed() if seed is None else seed
        buffer = ShuffleBuffer(n, buffer_size, seed, reshuffle_each_iteration)

        def shuffled(elements: Iterator[Any], order: Iterator[int]) -> Iterator[Any]:
            held, read = {}, 0  # what the buffer holds, by number
            for i in order:
                while read <= i:
                    held[read] = next(elements)
                    read += 1
                yield held.pop(i)

        return self._then(lambda: shuffled(iter(self), buffer.order()), n)

    def repeat(self, count: int | None = None) -> "Dataset":
        """It, so many times; without a number for ever."""
        times = math.inf if count is None or count < 0 else count
        length = None if self._length is None else times and self._length and times * self._length

        def repeated() -> Iterator[Any]:
            passes = itertools.count() if times == math.inf else range(int(times))
            return (e for _ in passes for e in self)

        return self._then(repeated, length)

    def take(self, count: int) -> "Dataset":
        """Its first elements; all for a negative number."""
        if count < 0:
            return self
        length = None if self._length is None else min(count, self._length)
        return self._then(lambda: itertools.islice(iter(self), count), length)

    def skip(self, count: int) -> "Dataset":
        """What comes behind its first elements; nothing for a negative number."""
        if count < 0:
            return self._then(lambda: iter(()), 0)
        length = None if self._length is None else max(0, self._length - count)
        return self._then(lambda: itertools.islice(iter(self), count, None), length)

    def concatenate(self, dataset: "Dataset") -> "Dataset":
        """It, and then another."""
        lengths = (self._length, dataset._length)
        length = None if None in lengths else sum(n for n in lengths if n is not None)
        return self._then(lambda: itertools.chain(self, dataset), length)

    def enumerate(self, start: int = 0) -> "Dataset":
        """Pairs of a number and an element."""
        return self._then(lambda: iter(enumerate(self, start)), self._length)

    def prefetch(self, buffer_size: int | None = None) -> "Dataset":
        """Itself: nothing is computed ahead."""
        return self

    def cache(self, filename: str = "") -> "Dataset":
        """The same elements, kept in memory from the first pass on."""
        kept: list[Any] = []

        def elements() -> Iterator[Any]:
            if not kept:
                kept.extend(self)
            return iter(kept)

        return self._then(elements, self._length)


def _eager(x: Any) -> Any:
    return eager(np.asarray(x)) if isinstance(x, np.ndarray | np.generic) else x


def _plain(x: Any) -> Any:
    return x.numpy() if isinstance(x, EagerTensor) else x


def _stacked(*rows: Any) -> np.ndarray:
    """Rows as one array; texts stay objects, however long they are."""
    if isinstance(rows[0], bytes | str):
        found = np.empty(len(rows), object)
        found[:] = rows
        return found
    return np.stack(rows)

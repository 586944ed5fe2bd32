"""Batches: the training data, a few rows at a time.

    x[order[0:32]], x[order[32:64]], ...      the last batch holds what is left

`order` is 0, 1, 2, ... or, shuffled, the permutation that TensorFlow would draw.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from scratch import tree
from scratch.data.arrays import as_arrays, check_lengths, check_weights, weights_of_classes
from scratch.random.permutation import batch_permutations, fit_permutation, next_seeds

Batch = tuple[Any, Any, Any]

BATCH_SIZE = 32  # where none is given


class Batches:
    """Arrays, cut into batches.

    Args:
        x: samples, (n, ...), or several arrays in a list, tuple or dictionary.
        y: labels, the same, or None.
        sample_weight: (n,), or one array for each output, or None.
        batch_size: rows of a batch; default 32, or what `steps` batches need.
        steps: how many batches a pass takes, if not all.
        shuffle: True for a new order in every pass, `"batch"` to shuffle inside batches only.
        class_weight: from class number to weight, instead of `sample_weight`.

    Raises:
        ValueError: when the arrays differ in length, or hold no numbers, or for batches of no rows.
        TypeError: for a batch size that is no integer.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        batch_size: int | None = None,
        steps: int | None = None,
        shuffle: bool | str = False,
        class_weight: Mapping[int, float] | None = None,
    ) -> None:
        self.x, self.y = as_arrays("x", x), as_arrays("y", y)
        if self.x is None:
            raise ValueError("`x` is missing: expected an array of samples, got None")
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
            sample_weight = weights_of_classes(self.y, class_weight)
        self.weight = as_arrays("sample_weight", sample_weight)
        check_weights(self.y, self.weight)
        self.leaves = tree.flatten((self.x, self.y, self.weight))
        check_lengths(self.x, self.y, self.weight)
        self.rows = len(next(a for a in self.leaves if a is not None))
        self._plain = not any(map(tree.is_nested, (self.x, self.y, self.weight)))
        self.batch_size = batch_size or (math.ceil(self.rows / steps) if steps else BATCH_SIZE)
        if not isinstance(self.batch_size, int | np.integer):
            raise TypeError(f"`batch_size` must be an integer. Received: {batch_size!r}")
        if self.batch_size < 1:
            raise ValueError(f"`batch_size` must be positive. Received: {batch_size!r}")
        self.num_batches = math.ceil(self.rows / self.batch_size)
        self.shuffle = shuffle
        self._seeds: tuple[int, ...] | None = None  # of the order of the pass

    def __iter__(self) -> Iterator[Batch]:
        """One pass over the data. A batch's memory is overwritten by the next."""
        self._seeds = next_seeds() if self.shuffle else None
        return self._from(0)

    def _from(self, number: int) -> Iterator[Batch]:
        """The batches of the pass from this number on."""
        n, size = self.rows, self.batch_size
        starts = range(number * size, n, size)
        pack: Callable = tuple if self._plain else self._structured
        if not self.shuffle:
            for start in starts:
                part = slice(start, start + size)
                yield pack([None if a is None else a[part] for a in self.leaves])
            return
        order = self._order()
        gathers = [None if a is None else _gather(a, size) for a in self.leaves]
        for start in starts:
            rows = order[start : start + size]
            yield pack([gather and gather(rows) for gather in gathers])

    def described(self) -> str:
        """The shapes of the data, for messages: `"x of shape (20, 4), y of shape (20,)"`."""
        names = ("x", "y", "sample_weight")
        given = [
            f"{name} of shape {tree.map_structure(np.shape, part)}"
            for name, part in zip(names, (self.x, self.y, self.weight), strict=True)
            if part is not None
        ]
        return ", ".join(given)

    def begun_early(self) -> None:
        """None: a pass over arrays begins when it is needed."""

    def place(self) -> dict[str, Any]:
        """What a resumed run must know of the pass, besides how many batches it has seen."""
        return {"rows": self.rows, "batch_size": int(self.batch_size), "seeds": self._seeds}

    def resumed(self, place: Any, seen: int) -> tuple[Batch | None, Iterator[Batch]]:
        """The last batch that was seen, and the iterator behind it.

        Args:
            place: from `place`.
            seen: how many batches of the pass were used; 0 where the last one is at its end.

        Raises:
            ValueError: where the data were cut into other batches.
        """
        here = {"rows": self.rows, "batch_size": int(self.batch_size)}
        if not isinstance(place, dict) or {name: place.get(name) for name in here} != here:
            raise ValueError(f"expected batches of {place!r}, but the data are {here}")
        self._seeds = _checked_seeds(place.get("seeds"), bool(self.shuffle))
        if seen > self.num_batches:
            raise ValueError(f"{seen} batches were used, but there are {self.num_batches}")
        if not seen:
            return None, iter(())
        left = self._from(seen - 1)
        return next(left), left

    def _structured(self, leaves: list[Any]) -> Batch:
        return tree.pack_sequence_as((self.x, self.y, self.weight), leaves)

    def _order(self) -> np.ndarray:
        n, size = self.rows, self.batch_size
        if self.shuffle != "batch":
            return fit_permutation(n, self._seeds).astype(np.intp, copy=False)
        starts = range(0, n, size)
        inside = batch_permutations([min(size, n - start) for start in starts], self._seeds)
        orders = [s + order for s, order in zip(starts, inside, strict=True)]
        return np.concatenate(orders).astype(np.intp, copy=False)


def _checked_seeds(seeds: Any, shuffled: bool) -> tuple[int, ...] | None:
    if not shuffled and seeds is None:
        return None
    if shuffled and isinstance(seeds, tuple) and len(seeds) in (1, 2):
        limit = 2**128 if len(seeds) == 1 else 2**32
        if all(type(seed) is int and 0 <= seed < limit for seed in seeds):
            return seeds
    raise ValueError(f"shuffle={shuffled}, but the order of the batches came from {seeds!r}")


def _gather(array: np.ndarray, size: int) -> Callable[[np.ndarray], np.ndarray]:
    """Collects up to `size` rows of an array in one block of memory."""
    block = np.empty((min(size, len(array)), *array.shape[1:]), array.dtype)
    # mode="clip": the rows are known to exist, and with "raise" NumPy makes a copy first.
    return lambda rows: array.take(rows, 0, block[: len(rows)], "clip")

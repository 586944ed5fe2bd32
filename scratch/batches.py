"""Batches: the training data, a few rows at a time.

    x[order[0:32]], x[order[32:64]], ...      the last batch holds what is left

`order` is 0, 1, 2, ... or, shuffled, the permutation that TensorFlow would draw.
"""

import math
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from scratch import config
from scratch.random.permutation import batch_permutations, fit_permutation

Batch = tuple[np.ndarray, np.ndarray | None, np.ndarray | None]


class Batches:
    """Arrays, cut into batches.

    Args:
        x: samples, (n, ...).
        y: labels, (n, ...), or None.
        sample_weight: (n,), or None.
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
        samples = as_array("x", x)
        if samples is None:
            raise ValueError("`x` is missing: expected an array of samples, got None")
        self.x, self.y = samples, as_array("y", y)
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
            sample_weight = weights_of_classes(self.y, class_weight)
        self.weight = as_array("sample_weight", sample_weight)
        _check_lengths(self.x, self.y, self.weight)
        self.rows = len(self.x)
        self.batch_size = batch_size or (math.ceil(self.rows / steps) if steps else 32)
        if not isinstance(self.batch_size, int | np.integer):
            raise TypeError(f"`batch_size` must be an integer. Received: {batch_size!r}")
        if self.batch_size < 1:
            raise ValueError(f"`batch_size` must be positive. Received: {batch_size!r}")
        self.num_batches = math.ceil(self.rows / self.batch_size)
        self.shuffle = shuffle

    def __iter__(self) -> Iterator[Batch]:
        """One pass over the data. A batch's memory is overwritten by the next."""
        n, size = self.rows, self.batch_size
        starts = range(0, n, size)
        if not self.shuffle:
            for start in starts:
                part = slice(start, start + size)
                yield (
                    _floats(self.x[part]),
                    None if self.y is None else self.y[part],
                    None if self.weight is None else self.weight[part],
                )
            return
        order = self._order()
        x, y, weight = _Gather(self.x, size), _Gather(self.y, size), _Gather(self.weight, size)
        for start in starts:
            rows = order[start : start + size]
            yield _floats(x.take(rows)), y.take(rows), weight.take(rows)

    def _order(self) -> np.ndarray:
        n, size = self.rows, self.batch_size
        if self.shuffle != "batch":
            return fit_permutation(n)
        starts = range(0, n, size)
        inside = batch_permutations([min(size, n - start) for start in starts])
        return np.concatenate([s + order for s, order in zip(starts, inside, strict=True)])


class _Gather:
    """Collects rows of an array in one block of memory."""

    def __init__(self, array: np.ndarray | None, rows: int) -> None:
        self.array = array
        if array is not None:
            self.block = np.empty((min(rows, len(array)), *array.shape[1:]), array.dtype)

    def take(self, rows: np.ndarray) -> Any:
        if self.array is None:
            return None
        # mode="clip": the rows are known to exist, and with "raise" NumPy makes a copy first.
        return np.take(self.array, rows, axis=0, out=self.block[: len(rows)], mode="clip")


def _floats(x: np.ndarray) -> np.ndarray:
    return x.astype(config.floatx(), copy=False)


def as_array(name: str, data: Any) -> np.ndarray | None:
    """`data` as an array that has rows; floating-point data in the type `config.floatx()`.

    Raises:
        ValueError: for data that is no array of numbers, or has no rows.
    """
    if data is None:
        return None
    array = np.asarray(data)
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"`{name}` must be an array of numbers; got {type(data).__name__} of type {array.dtype}"
        )
    if array.ndim == 0:
        raise ValueError(f"`{name}` must have at least one axis, the samples; got a single number")
    return array.astype(config.floatx(), copy=False) if array.dtype.kind == "f" else array


def _check_lengths(x: np.ndarray, y: np.ndarray | None, weight: np.ndarray | None) -> None:
    named = {"x": x, "y": y, "sample_weight": weight}
    lengths = {name: len(array) for name, array in named.items() if array is not None}
    if len(set(lengths.values())) > 1:
        sizes = ", ".join(f"'{name}' sizes: {n}" for name, n in lengths.items())
        raise ValueError(
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
            f"samples. {sizes}"
        )


def weights_of_classes(y: np.ndarray | None, class_weight: Mapping[int, float]) -> np.ndarray:
    """One weight for each sample: that of its class, 1 for classes that are not named.

    Args:
        y: class numbers (n,) or (n, 1), or one-hot labels (n, k).
        class_weight: from class number to weight.
    """
    if y is None:
        raise ValueError("`class_weight` needs labels: `y` is None")
    classes = y
    if y.ndim > 1:
        classes = y[..., 0] if y.shape[-1] == 1 else y.argmax(axis=-1)
    numbers = np.round(classes).astype("int32")
    weights = np.ones(numbers.shape, config.floatx())
    for number, weight in class_weight.items():
        weights[numbers == number] = weight
    return weights


def split_validation(
    arrays: tuple[Any, ...], validation_split: float
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Cuts off the last part of every array for validation.

    Args:
        arrays: each an array or None.
        validation_split: the share that is cut off, between 0 and 1.

    Raises:
        ValueError: when either part would be empty.
    """
    rows = next(len(a) for a in arrays if a is not None)
    at = math.floor(rows * (1.0 - validation_split))
    if at in (0, rows):
        raise ValueError(
            f"Training data contains {rows} samples, which is not sufficient to split it into a "
            f"validation and training set as specified by `validation_split={validation_split}`. "
            "Either provide more data, or a different value for the `validation_split` argument."
        )
    # Lists have no rows to slice together: they become arrays first.
    full = [None if a is None else np.asarray(a) for a in arrays]
    return (
        tuple(None if a is None else a[:at] for a in full),
        tuple(None if a is None else a[at:] for a in full),
    )


class Epochs:
    """Passes over the data that may be shorter than the data: the next one goes on from there."""

    def __init__(self, batches: Batches, steps: int | None) -> None:
        self.batches = batches
        self.steps = steps or batches.num_batches
        self._left: Any = None
        self._seen = 0

    def __iter__(self) -> Iterator[Batch]:
        """The batches of one epoch."""
        if self._left is None or self.steps >= self.batches.num_batches:
            self._left, self._seen = iter(self.batches), 0
        for _ in range(self.steps):
            if self._seen >= self.batches.num_batches:
                warnings.warn(
                    "Your input ran out of data; interrupting training. Make sure that your "
                    "dataset or generator can generate at least `steps_per_epoch * epochs` batches",
                    stacklevel=4,
                )
                break
            self._seen += 1
            yield next(self._left)
        if self._seen >= self.batches.num_batches:
            self._left = None

"""Data that come as batches already: from a generator, an iterable, or a `PyDataset`.

A batch is x alone, `(x,)`, `(x, y)` or `(x, y, sample_weight)`.
"""

import contextlib
import itertools
import random
import types
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from scratch.batches import Batch, Batches, as_arrays, weights_of_classes
from scratch.utils.py_dataset import PyDataset


class Stream:
    """Batches from somewhere else.

    Args:
        source: an iterable of batches. One that is an iterator, such as a generator, can be read
            once only: every pass goes on where the one before has stopped.
        shuffle: whether a `PyDataset` is read in random order.
        class_weight: from class number to weight.

    Attributes:
        num_batches: of a pass; None where that is not known.

    Raises:
        ValueError: for a generator that yields nothing, or no tuples.
    """

    x = y = weight = None

    def __init__(
        self, source: Any, shuffle: bool | str = False, class_weight: Mapping | None = None
    ) -> None:
        self._source, self._shuffle, self._class_weight = source, shuffle, class_weight
        self._dataset = source if isinstance(source, PyDataset) else None
        self.num_batches: int | None = None
        if self._dataset is not None:
            self.num_batches = self._dataset.num_batches
        elif isinstance(source, Iterator):
            # Keras looks at the first two, too: so the seeds drawn by the source agree.
            first = list(itertools.islice(source, 2))
            if not first:
                raise ValueError(
                    "When passing a Python generator to a Keras model, the generator must yield "
                    "at least one batch. Received an empty generator."
                )
            if not isinstance(first[0], tuple):
                raise ValueError(
                    "When passing a Python generator to a Keras model, the generator must return "
                    "a tuple, either (input,) or (inputs, targets) or (inputs, targets, "
                    f"sample_weights). Received: {first[0]}"
                )
            self._source = itertools.chain(first, source)
        else:
            with contextlib.suppress(TypeError):  # no length, or one that is not finite
                self.num_batches = len(source)

    def __iter__(self) -> Iterator[Batch]:
        """One pass."""
        if self._dataset is None:
            return map(self._standard, iter(self._source))
        if self.num_batches is None:
            return (self._standard(self._dataset[i]) for i in itertools.count())
        order = list(range(self.num_batches))
        if self._shuffle:
            random.shuffle(order)
        return (self._standard(self._dataset[i]) for i in order)

    def on_epoch_begin(self) -> None:
        """Tells a `PyDataset`."""
        if self._dataset is not None:
            self._dataset.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Tells a `PyDataset`, which may have another length now."""
        if self._dataset is not None:
            self._dataset.on_epoch_end()
            self.num_batches = self._dataset.num_batches

    def _standard(self, batch: Any) -> Batch:
        x, y, weight = unpack(batch)
        x, y = as_arrays("x", x), as_arrays("y", y)
        if self._class_weight is not None:
            if weight is not None:
                raise ValueError(
                    "You cannot specify `class_weight` and `sample_weight` at the same time."
                )
            weight = weights_of_classes(y, self._class_weight)
        return x, y, as_arrays("sample_weight", weight)


def unpack(data: Any) -> tuple[Any, Any, Any]:
    """`(x, y, sample_weight)` from x alone, `(x,)`, `(x, y)` or all three.

    Raises:
        ValueError: for tuples of another length.
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, "
            f"found: {len(data)} entries"
        )
    x, y, weight = (*data, None, None)[:3]
    return x, y, weight


def data_source(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: bool | str = False,
    class_weight: Mapping[int, float] | None = None,
) -> "Batches | Stream":
    """The batches of whatever may be passed to `fit`; arguments as those of `Batches`.

    Raises:
        ValueError: for labels or weights beside a source that brings its own.
    """
    if not _is_stream(x):
        return Batches(x, y, sample_weight, batch_size, steps, shuffle, class_weight)
    kind = "PyDataset" if isinstance(x, PyDataset) else "generator or iterable"
    for name, given in (("y", y), ("sample_weight", sample_weight)):
        if given is not None:
            raise ValueError(
                f"When `x` is a {kind}, then argument `{name}` must not be provided: the source "
                f"yields it. Received: {name}={str(given)[:60]}"
            )
    if class_weight is not None and isinstance(x, types.GeneratorType):
        raise ValueError(
            "Argument `class_weight` is not supported for Python generator inputs: let the "
            f"generator yield (x, y, sample_weight). Received: class_weight={class_weight}"
        )
    endless = isinstance(x, PyDataset) and x.num_batches is None
    if shuffle and (endless or not isinstance(x, PyDataset)):
        kind = "an infinite PyDataset" if endless else f"a {_kind_of(x)}"
        warnings.warn(
            "`shuffle=True` was passed, but will be ignored since the data `x` was provided as "
            f"{kind}, which is expected to yield already-shuffled data.",
            stacklevel=3,
        )
    return Stream(x, shuffle, class_weight)


def _kind_of(x: Any) -> str:
    return "generator" if isinstance(x, Iterator) else type(x).__name__


def _is_stream(x: Any) -> bool:
    if isinstance(x, PyDataset | Iterator):
        return True
    if x is None or isinstance(x, list | tuple | dict | str) or hasattr(x, "__array__"):
        return False
    return hasattr(x, "__iter__") and not hasattr(x, "shape")

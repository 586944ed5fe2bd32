"""Data that come as batches already: from a generator, a `PyDataset`, torch's DataLoader, or
any other iterable.

A batch is x alone, `(x,)`, `(x, y)` or `(x, y, sample_weight)`.
"""

import contextlib
import itertools
import random
import types
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from scratch.config import max_steps_per_epoch
from scratch.data.arrays import as_arrays, weights_of_classes
from scratch.data.batches import Batch, Batches
from scratch.data.dataset import Dataset
from scratch.data.py_dataset import PyDataset
from scratch.serialization.plain import has_state


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
        ValueError: for a generator that yields nothing, or no tuples; for a `PyDataset` or a
            torch DataLoader without batches.
    """

    x = y = weight = None

    def __init__(
        self, source: Any, shuffle: bool | str = False, class_weight: Mapping | None = None
    ) -> None:
        self._source, self._shuffle, self._class_weight = source, shuffle, class_weight
        self._dataset = source if isinstance(source, PyDataset) else None
        self.num_batches: int | None = None
        self._draws: list[int] = []  # for each pass, how often the source was asked for a batch
        self._order: list[int] | None = None  # of a shuffled `PyDataset`
        if self._dataset is not None:
            self.num_batches = self._dataset.num_batches
            # Keras looks at the first two here as well, which may draw or count something.
            looks = 2 if self.num_batches is None else min(2, self.num_batches)
            for i in range(looks):
                self._dataset[i]
            if not looks:
                raise ValueError("The PyDataset has length 0")
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
            # Of a loader too: it draws a seed whenever somebody begins to read it.
            if is_torch_loader(source) and not list(itertools.islice(source, 2)):
                raise ValueError("The torch DataLoader gives no batch: its dataset is empty")

    def __iter__(self) -> Iterator[Batch]:
        """One pass."""
        self._draws.append(0)
        if self._dataset is None:
            return self._counted(iter(self._source))
        self._order = None
        if self._shuffle and self.num_batches is not None:
            self._order = list(range(self.num_batches))
            random.shuffle(self._order)
        return self._counted(self._of_dataset(0))

    def begun_early(self) -> Iterator[Batch] | None:
        """The next pass, where Keras begins it as soon as one is over, as it does with tf.data.

        It may never be used; but who shuffles has drawn its seeds then.
        """
        early = isinstance(self._source, Dataset) or hasattr(self._source, "element_spec")
        return iter(self) if early else None

    def _of_dataset(self, number: int) -> Iterator[Any]:
        dataset: Any = self._dataset
        numbers: Iterator[int] = itertools.count(number)
        if self.num_batches is not None:
            numbers = iter((self._order or range(self.num_batches))[number:])
        return (dataset[i] for i in numbers)

    def _counted(self, source: Iterator[Any]) -> Iterator[Batch]:
        while True:
            self._draws[-1] += 1
            try:
                batch = next(source)
            except StopIteration:
                return
            yield self._standard(batch)

    def place(self) -> dict[str, Any]:
        """What a resumed run must know to go on behind the batches that were drawn."""
        found: dict[str, Any] = {"draws": list(self._draws), "order": self._order}
        if has_state(self._dataset):
            found["state"] = self._dataset.get_state()  # type: ignore[union-attr]
        return found

    def resumed(self, place: Any, seen: int) -> tuple[Batch | None, Iterator[Batch]]:
        """The last batch that was used, and the iterator behind it.

        A `PyDataset` is asked for that batch only. Any other source is asked, pass by pass, for
        all that it gave before: so whatever it counts or draws by itself stands where it stood.

        Args:
            place: from `place`.
            seen: how many batches of the last pass were used; 0 where it is at its end.

        Raises:
            ValueError: where the source gives less than it did.
        """
        draws, order = _checked(place)
        self._draws = draws
        if self._dataset is not None:
            if "state" in place and has_state(self._dataset):
                self._dataset.set_state(place["state"])  # type: ignore[attr-defined]
                self.num_batches = self._dataset.num_batches
            if seen and order is not None and sorted(order) != list(range(self.num_batches or 0)):
                raise ValueError(f"{len(order)} batches were shuffled, now there are others")
            self._order = order
            source = self._of_dataset(max(0, seen - 1))
            draws = draws[-1:]
            left = 1 if seen else 0
        else:
            source = iter(())
        last = None
        for number, asked in enumerate(draws):
            if self._dataset is None:
                source, left = iter(self._source), asked
            for batch in itertools.islice(source, left):
                last = batch
            if seen and number == len(draws) - 1 and last is None:
                raise ValueError(f"its source gives less than {asked} batches")
        if "state" in place and has_state(self._dataset):  # asking for the last may have changed it
            self._dataset.set_state(place["state"])  # type: ignore[union-attr]
        standard = None if last is None or not seen else self._standard(last)
        return standard, self._counted(source)

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


def _checked(place: Any) -> tuple[list[int], list[int] | None]:
    draws = place.get("draws") if isinstance(place, dict) else None
    order = place.get("order") if isinstance(place, dict) else None
    for numbers in (draws, [] if order is None else order):
        if not isinstance(numbers, list) or not all(type(n) is int and n >= 0 for n in numbers):
            raise ValueError("what the source of the data gave before is not understood")
    return draws, order  # type: ignore[return-value]


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
        limit = max_steps_per_epoch()  # counts as if it were given
        if limit and (not steps or limit < steps):
            steps = limit
        return Batches(x, y, sample_weight, batch_size, steps, shuffle, class_weight)
    kind = "PyDataset" if isinstance(x, PyDataset) else "generator or iterable"
    for name, given in (("y", y), ("sample_weight", sample_weight)):
        if given is not None:
            raise ValueError(
                f"When `x` is a {kind}, then argument `{name}` must not be provided: the source "
                f"yields it. Received: {name}={str(given)[:60]}"
            )
    if class_weight is not None and is_torch_loader(x):
        raise ValueError(
            "Argument `class_weight` is not supported for torch DataLoader inputs: let its dataset "
            f"give (x, y, sample_weight). Received: class_weight={class_weight}"
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


def is_torch_loader(x: Any) -> bool:
    """Whether `x` is a `torch.utils.data.DataLoader`; torch is not imported for that."""
    return any(
        kind.__name__ == "DataLoader" and kind.__module__.startswith("torch.utils.data")
        for kind in type(x).__mro__
    )


def _kind_of(x: Any) -> str:
    return "generator" if isinstance(x, Iterator) else type(x).__name__


def _is_stream(x: Any) -> bool:
    if isinstance(x, PyDataset | Iterator):
        return True
    if x is None or isinstance(x, list | tuple | dict | str) or hasattr(x, "__array__"):
        return False
    return hasattr(x, "__iter__") and not hasattr(x, "shape")

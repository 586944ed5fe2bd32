"""A data set of one's own, batch by batch (`keras.utils.PyDataset`)."""

import itertools
from collections.abc import Iterator
from typing import Any


class PyDataset:
    """Base class: define `__getitem__(index)`, which gives a batch, and `__len__`.

    Args:
        workers, use_multiprocessing, max_queue_size: accepted because Keras has them; batches are
            made one after the other, when they are needed.
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not define `__getitem__`")

    def __iter__(self) -> Iterator[Any]:
        numbers = itertools.count() if self.num_batches is None else range(self.num_batches)
        return (self[index] for index in numbers)

    @property
    def num_batches(self) -> int | None:
        """How many batches there are; None, in a subclass that says so, for no end."""
        if hasattr(self, "__len__"):
            return len(self)
        raise NotImplementedError(
            "You need to implement the `num_batches` property:\n\n"
            "@property\ndef num_batches(self):\n  return ..."
        )

    def on_epoch_begin(self) -> None:
        """Called before every epoch."""

    def on_epoch_end(self) -> None:
        """Called after every epoch."""

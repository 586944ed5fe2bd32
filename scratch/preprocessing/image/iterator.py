"""Batches of images without end, each image changed at random as it is taken."""

import threading
from collections.abc import Iterator as Iteration
from typing import Any

import numpy as np

from scratch.data.py_dataset import PyDataset


class Iterator(PyDataset):
    """Base class: define `_get_batches_of_transformed_samples(index_array)`.

    It is an iterator without end, and a `PyDataset` whose epoch is one pass. With a seed, batch
    number k of all that were taken is drawn after `np.random.seed(seed + k)`.

    Args:
        n: how many samples there are.
        batch_size: samples of a batch.
        shuffle: whether each pass has another order.
        seed: of order and changes.
        kwargs: see `PyDataset`.
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")
    image_data_generator: Any

    def __init__(
        self, n: int, batch_size: int, shuffle: bool, seed: int | None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.n, self.batch_size = n, batch_size
        self.seed, self.shuffle = seed, shuffle
        self.batch_index = 0
        self.total_batches_seen = 0
        self.lock = threading.Lock()
        self.index_array: np.ndarray | None = None
        self.index_generator = self._flow_index()

    def _set_index_array(self) -> np.ndarray:
        order = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)
        self.index_array = order
        return order

    def _begin_batch(self) -> None:
        if self.seed is not None:
            np.random.seed(self.seed + self.total_batches_seen)
        self.total_batches_seen += 1

    def __getitem__(self, index: int) -> Any:
        if index >= len(self):
            raise ValueError(
                f"Asked to retrieve element {index}, but the Sequence has length {len(self)}"
            )
        self._begin_batch()
        order = self._set_index_array() if self.index_array is None else self.index_array
        start = self.batch_size * index
        return self._get_batches_of_transformed_samples(order[start : start + self.batch_size])

    def __len__(self) -> int:
        return (self.n + self.batch_size - 1) // self.batch_size

    def on_epoch_end(self) -> None:
        self._set_index_array()

    def reset(self) -> None:
        """Begins a new pass with the next batch."""
        self.batch_index = 0

    def _flow_index(self) -> Iteration[np.ndarray]:
        self.reset()
        while True:
            self._begin_batch()
            order = self.index_array
            if self.batch_index == 0 or order is None:
                order = self._set_index_array()
            start = self.batch_index * self.batch_size % self.n if self.n else 0
            self.batch_index = self.batch_index + 1 if self.n > start + self.batch_size else 0
            yield order[start : start + self.batch_size]

    def __iter__(self) -> Iteration[Any]:
        return self

    def __next__(self) -> Any:
        with self.lock:
            numbers = next(self.index_generator)
        return self._get_batches_of_transformed_samples(numbers)

    def _changed(self, x: np.ndarray) -> np.ndarray:
        """An image as its generator changes it."""
        generator = self.image_data_generator
        x = generator.apply_transform(x, generator.get_random_transform(x.shape))
        return generator.standardize(x)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} does not define `_get_batches_of_transformed_samples`"
        )

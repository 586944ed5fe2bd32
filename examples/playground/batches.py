"""Which points make up which batch.

The order of an epoch is drawn from the seed and the number of the epoch alone, so a run can go back
to any step and come to the same batches again.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np


class Batches:
    """The batches of a run, counted from 0.

    Args:
        state: checked: its `batch_size`, `shuffle` and seed.
        train: how many points are trained on.
    """

    def __init__(self, state: dict[str, Any], train: int) -> None:
        self._size, self._train = state["batch_size"], train
        self._seed = state["seeds"]["batches"] if state["shuffle"] else None
        self.per_epoch = max(1, math.ceil(train / self._size))

    def order_of(self, epoch: int) -> np.ndarray:
        """The order of the points in an epoch."""
        if self._seed is None:
            return np.arange(self._train)
        return np.random.default_rng([self._seed, 2, epoch]).permutation(self._train)

    def rows_of(self, step: int) -> np.ndarray:
        """The numbers of the points of a batch."""
        epoch, place = divmod(step, self.per_epoch)
        return self.order_of(epoch)[place * self._size : (place + 1) * self._size]

    def rows_from(self, step: int) -> Iterator[np.ndarray]:
        """The batches from a step on, without end."""
        epoch, place = divmod(step, self.per_epoch)
        while True:
            order = self.order_of(epoch)
            for k in range(place, self.per_epoch):
                yield order[k * self._size : (k + 1) * self._size]
            epoch, place = epoch + 1, 0

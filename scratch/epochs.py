"""Passes over the data that may be shorter than the data: the next one goes on from there."""

import warnings
from collections.abc import Iterator
from typing import Any

from scratch import config
from scratch.batches import Batch


class Epochs:
    """The epochs of a run.

    Args:
        batches: `Batches`, or a `Stream`.
        steps: batches of an epoch; None for all.
        together: how many are executed together (`steps_per_execution`): an epoch of so many
            `steps` is rounded up to a multiple of them.
    """

    def __init__(self, batches: Any, steps: int | None, together: int = 1) -> None:
        self.batches, self._together = batches, together
        limit = config.max_steps_per_epoch()
        if limit and (not steps or limit < steps):
            warnings.warn(f"Limiting steps_per_epoch to {limit}", stacklevel=4)
            steps = limit
        self._given = steps
        self._left: Any = None
        self._seen = 0

    @property
    def steps(self) -> int | None:
        """Batches of an epoch; None where that is not known yet."""
        return self._given or self.batches.num_batches

    def __iter__(self) -> Iterator[Batch]:
        """The batches of one epoch."""
        begin = getattr(self.batches, "on_epoch_begin", None)
        if begin:
            begin()
        total = self.batches.num_batches
        if self._left is None or self._given is None:
            self._left, self._seen = iter(self.batches), 0
        steps = self.steps
        if self._given:
            steps = -(-self._given // self._together) * self._together
        count = 0
        while steps is None or count < steps:
            if total is not None and self._seen >= total:
                if self._given:
                    _ran_out()
                break
            try:
                batch = next(self._left)
            except StopIteration:
                if self.batches.num_batches is None:
                    self.batches.num_batches = self._seen
                if steps is not None or count == 0:
                    _ran_out()
                self._left = None
                break
            count += 1
            self._seen += 1
            yield batch
        if total is not None and self._seen >= total:
            self._left, self._seen = None, 0
        end = getattr(self.batches, "on_epoch_end", None)
        if end:
            end()


def _ran_out() -> None:
    warnings.warn(
        "Your input ran out of data; interrupting training. Make sure that your dataset or "
        "generator can generate at least `steps_per_epoch * epochs` batches. You may need to use "
        "the `.repeat()` function when building your dataset.",
        stacklevel=5,
    )

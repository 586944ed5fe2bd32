"""Where a run has been: snapshots of it, so that it can go back, and forth again."""

from collections.abc import Sequence
from typing import Any

import numpy as np

MOST = 400  # snapshots
BYTES = 24_000_000


class History:
    """Snapshots in the order of their steps.

    When there are too many, every second one of the older half is forgotten: what is near stays.
    """

    def __init__(self) -> None:
        self._kept: list[dict[str, Any]] = []

    @property
    def steps(self) -> list[int]:
        """To which steps one can go."""
        return [snapshot["step"] for snapshot in self._kept]

    def add(self, snapshot: dict[str, Any]) -> None:
        """Keeps a snapshot; those of later steps, of a run that went another way, are forgotten."""
        self._kept = [old for old in self._kept if old["step"] < snapshot["step"]]
        self._kept.append(snapshot)
        size = sum(_bytes(s["held"]) for s in self._kept[-1:]) * len(self._kept)
        if len(self._kept) > MOST or size > BYTES:
            half = len(self._kept) // 2
            first, older = self._kept[:1], self._kept[1:half]
            self._kept = [*first, *older[1::2], *self._kept[half:]]

    def at(self, step: int) -> dict[str, Any]:
        """The snapshot of a step.

        Raises:
            LookupError: where there is none.
        """
        for snapshot in self._kept:
            if snapshot["step"] == step:
                return snapshot
        raise LookupError(step)


def _bytes(arrays: Sequence[Any]) -> int:
    return sum(np.asarray(array).nbytes for array in arrays)

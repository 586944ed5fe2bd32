"""A step is a list of changes to arrays. Whatever interrupts it, all of them are made, or none.

In `fit`, Ctrl-C waits for the end of the step (see `interrupts`). Anywhere else, what a change is
about to overwrite is copied before. An interrupt then finds at most one change half made; it is
taken back and made again, the changes after it follow, and only then the interrupt goes on. So
weights, slots and the count of steps are always as they are between two steps.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from scratch.context.interrupts import nothing_can_interrupt

_SMALL = 2**16  # bytes: up to here, new memory costs less than to look for old
HALF_WAY = (
    "The optimizer's step was interrupted half-way: some weights are those of after it, others "
    "those of before. Load the last checkpoint, or set the weights again"
)


class Change(NamedTuple):
    """A change that, made again from the same numbers, gives the same.

    Attributes:
        arrays: what it overwrites.
        make: makes it.
    """

    arrays: Sequence[np.ndarray]
    make: Callable[[], Any]


class WholeSteps:
    """Makes steps.

    Attributes:
        begun: whether the step under way has begun: then it will be made. Whoever has changed
            something else on the way to the step sets it to False before, and asks afterwards.
        made: whether a step that is written down as lines came to its end.
    """

    def __init__(self) -> None:
        self.begun = self.made = False
        self._room: dict[int, np.ndarray] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"begun": False, "made": False, "_room": {}}

    def make(self, changes: Sequence[Change]) -> None:
        """Makes all of `changes`, in their order.

        Where nothing can interrupt it, an error is still possible: of memory, say. It has a note.
        """
        if not nothing_can_interrupt():
            self._make_carefully(changes)
            return
        self.begun = True
        try:
            for change in changes:
                change.make()
        except BaseException as error:
            error.add_note(HALF_WAY)
            raise

    def _make_carefully(self, changes: Sequence[Change]) -> None:
        made, kept = 0, None
        try:
            self.begun = True
            for arrays, make in changes:
                kept = [self._copy(i, a) for i, a in enumerate(arrays)]
                make()
                made, kept = made + 1, None  # at once: there is no place between the two
        except BaseException:
            self.begun = True
            with np.errstate(all="ignore"):
                for arrays, make in changes[made:]:
                    if kept is not None:
                        for array, before in zip(arrays, kept, strict=True):
                            array[...] = before
                        kept = None
                    make()
            raise

    def _copy(self, number: int, array: np.ndarray) -> np.ndarray:
        if array.nbytes <= _SMALL:
            return array.copy()
        room = self._room.get(number)
        if room is None or room.size < array.nbytes:
            room = self._room[number] = np.empty(array.nbytes, np.uint8)
        copy = room[: array.nbytes].view(array.dtype).reshape(array.shape)
        np.copyto(copy, array)
        return copy

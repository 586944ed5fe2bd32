"""Passes over the data that may be shorter than the data: the next one goes on from there."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

from scratch import config
from scratch.data.batches import Batch


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
        self.begun = 0  # epochs
        self.taken = 0  # batches of the last of them
        self._at_end = True  # of that epoch: its source was told
        self._last: Batch | None = None  # of a resumed epoch
        self.goes_on: Callable[[], None] | None = None  # its reader calls it behind that batch

    @property
    def steps(self) -> int | None:
        """Batches of an epoch; None where that is not known yet."""
        return self._given or self.batches.num_batches

    @property
    def first(self) -> int:
        """The number of the first batch that the next epoch gives: not 0 in a resumed one."""
        return max(0, self.taken - 1) if self._last is not None else 0

    def reset(self) -> None:
        """Before the first epoch its source is told of an end, as in Keras."""
        if end := getattr(self.batches, "on_epoch_end", None):
            end()

    def __iter__(self) -> Iterator[Batch]:
        """The batches of one epoch; of a resumed one those that are left, behind the last used."""
        begin = getattr(self.batches, "on_epoch_begin", None)
        if self._last is not None:
            last, self._last = self._last, None
            yield last
            if self._at_end:
                return
        else:
            self.begun, self.taken, self._at_end = self.begun + 1, 0, False
            if begin:
                begin()
            if self._left is None or self._given is None:
                self._left, self._seen = iter(self.batches), 0
        total = self.batches.num_batches
        steps = self.steps
        if self._given:
            steps = -(-self._given // self._together) * self._together
        while steps is None or self.taken < steps:
            if total is not None and self._seen >= total:
                if self._given:
                    _ran_out()
                break
            try:
                batch = next(self._left)
            except StopIteration:
                if self.batches.num_batches is None:
                    self.batches.num_batches = self._seen
                if steps is not None or self.taken == 0:
                    _ran_out()
                self._left = None
                break
            self.taken += 1
            self._seen += 1
            yield batch
        if total is not None and self._seen >= total:
            self._left, self._seen = self.batches.begun_early(), 0
        self._at_end = True
        end = getattr(self.batches, "on_epoch_end", None)
        if end:
            end()

    # Resuming -------------------------------------------------------------------------------------

    def place(self) -> dict[str, Any]:
        """Where the epochs stand, in plain values."""
        return {
            "steps": self._given,
            "begun": self.begun,
            "taken": self.taken,
            "at_end": self._at_end,
            "seen": self._seen if self._left is not None else None,
            "num_batches": self.batches.num_batches,
            "source": self.batches.place(),
        }

    def resume(self, place: Any, inside: bool) -> None:
        """Brings a new run's epochs, and their source, to where they stood.

        Args:
            place: from `place`.
            inside: whether the last epoch goes on; its first batch is then the last that was used.

        Raises:
            ValueError: for a place that is none, of epochs of another length, or that these data
                do not have.
        """
        check_place(place)
        if place["steps"] != self._given:
            raise ValueError(
                f"its epochs had steps_per_epoch={place['steps']}, those of this run have "
                f"{self._given}"
            )
        source = self.batches
        begin, end = (getattr(source, f"on_epoch_{hook}", None) for hook in ("begin", "end"))
        if begin and end and "state" not in place["source"]:
            for number in range(place["begun"]):
                begin()
                if place["at_end"] or number < place["begun"] - 1:
                    end()
        taken, seen = place["taken"], place["seen"]
        if inside and not taken:
            raise ValueError("it went on inside an epoch of which no batch was used")
        goes_on = inside or (seen is not None and self._given is not None)
        if goes_on or begin:
            # A pass that is over has no place of its own, but its last batch is needed.
            used = seen or (inside and (source.num_batches or taken)) or 0
            last, self._left = source.resumed(place["source"], used)
            self._last = last if inside else None
        if not goes_on or seen is None:
            self._left = None
        self.begun, self.taken, self._at_end = place["begun"], taken, place["at_end"]
        self._seen = seen or 0
        if source.num_batches is None:
            source.num_batches = place["num_batches"]


def check_place(place: Any) -> None:
    """Raises a ValueError for a value that `Epochs.place` did not give."""
    counts = [place.get(name) for name in ("begun", "taken")] if isinstance(place, dict) else [None]
    right = all(type(n) is int and n >= 0 for n in counts)
    if right:
        optional = [place.get(name) for name in ("steps", "seen", "num_batches")]
        right = all(n is None or (type(n) is int and n >= 0) for n in optional)
        right = right and type(place.get("at_end")) is bool
        right = right and isinstance(place.get("source"), dict)
    if not right:
        raise ValueError(f"the place in the data is not understood: {str(place)[:200]}")


def _ran_out() -> None:
    warnings.warn(
        "Your input ran out of data; interrupting training. Make sure that your dataset or "
        "generator can generate at least `steps_per_epoch * epochs` batches. You may need to use "
        "the `.repeat()` function when building your dataset.",
        stacklevel=5,
    )

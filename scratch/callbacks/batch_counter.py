"""Whether it is time to save: after every so many batches, counted across epochs."""

from typing import Any


class BatchCounter:
    """Counts batches.

    Args:
        every: after how many it is time; `"epoch"` for never (epochs are counted elsewhere).

    Raises:
        ValueError: for anything else.
    """

    def __init__(self, every: Any) -> None:
        if every != "epoch" and not isinstance(every, int):
            raise ValueError(
                f"Unrecognized save_freq: {every}. Expected save_freq are 'epoch' or integer values"
            )
        self.every = every
        self.last: int | None = None
        self.seen = 0

    def is_time(self, batch: int) -> bool:
        """Takes note of the end of `batch`, its number in the epoch."""
        if self.every == "epoch":
            return False
        # Several batches may have passed, and a new epoch begins at 0.
        new_epoch = self.last is None or batch <= self.last
        self.seen += batch + 1 if new_epoch else batch - self.last  # type: ignore[operator]
        self.last = batch
        if self.seen < self.every:
            return False
        self.seen = 0
        return True

    def get_state(self) -> list[int | None]:
        """What was counted so far."""
        return [self.last, self.seen]

    def set_state(self, state: list[int | None]) -> None:
        """Continues from what `get_state` gave.

        Raises:
            ValueError: for a state of something else.
        """
        match state:
            case [int() | None as last, int() as seen]:
                self.last, self.seen = last, seen
            case _:
                raise ValueError(f"a count of batches is not understood: {str(state)[:100]}")

"""The history of a training: every epoch's metrics."""

from typing import Any

from scratch.callbacks.callback import Callback, Logs
from scratch.callbacks.history_html import page


class History(Callback):
    """Remembers the logs of every epoch (`keras.callbacks.History`); `fit` returns it.

    A notebook shows it as curves and a table.

    Attributes:
        history: from a metric's name to the list of its values, one for each epoch.
        epoch: the numbers of the epochs of the last `fit`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = {}
        self._at: dict[str, list[int]] = {}  # the epochs of these values

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forgets the epochs' numbers, but not their metrics."""
        self.epoch: list[int] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Appends the epoch's metrics."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
            self._at.setdefault(name, []).append(epoch)
        self.model.history = self

    def _repr_html_(self) -> str:
        return page(self.history, self._at)

"""The log as a table: one line of comma-separated values for every epoch."""

import csv
import os
from typing import Any, TextIO

import numpy as np

from scratch.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Writes the log of every epoch to a file (`keras.callbacks.CSVLogger`).

    The columns are `epoch`, then the names of the first epoch's log in alphabetical order; where
    the first epoch has no validation, `val_` columns are kept free for it. What is missing is `NA`.

    Args:
        filename: of the table.
        separator: between values.
        append: whether to go on in a file that exists, without a second head.
    """

    def __init__(
        self, filename: str | os.PathLike, separator: str = ",", append: bool = False
    ) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.append_header = True
        self.keys: list[str] | None = None
        self.writer: csv.DictWriter | None = None
        self.csv_file: TextIO | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Opens the file."""
        self._close()
        if self.append and os.path.exists(self.filename):
            with open(self.filename) as file:
                self.append_header = not file.readline()
        self.csv_file = open(self.filename, "a" if self.append else "w")  # noqa: SIM115
        self.keys = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes a line."""
        logs = logs or {}
        assert self.csv_file is not None
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
        if self.writer is None:
            self.writer = csv.DictWriter(
                self.csv_file, ["epoch", *self.keys], delimiter=self.sep, dialect="excel"
            )
            if self.append_header:
                self.writer.writeheader()
        row = {key: _cell(logs.get(key, "NA")) for key in self.keys}
        self.writer.writerow({"epoch": epoch, **row})
        self.csv_file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Closes the file."""
        self._close()

    def _close(self) -> None:
        if self.csv_file is not None and not self.csv_file.closed:
            self.csv_file.close()
        self.writer = None


def _cell(value: Any) -> Any:
    """A value as it is written: several numbers as one text."""
    if np.ndim(value) == 0:
        return value
    return f'"[{", ".join(map(str, value))}]"'

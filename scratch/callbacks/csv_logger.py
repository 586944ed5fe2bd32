"""The log as a table: one line of comma-separated values for every epoch."""

import csv
import io
import os
import warnings
from typing import Any

import numpy as np

from scratch.callbacks.callback import Callback, Logs
from scratch.files.growing import GrowingFile


class CSVLogger(Callback):
    """Writes the log of every epoch to a file (`keras.callbacks.CSVLogger`).

    The columns are `epoch`, then the names of the first epoch's log in alphabetical order; where
    the first epoch has no validation, `val_` columns are kept free for it. What is missing is `NA`.

    A line is written whole or not at all. Only a kill can leave a part of one at the end, in which
    the last number may have lost digits: it is removed, with a warning, when the file is gone on
    with.

    Args:
        filename: of the table.
        separator: between values.
        append: whether to go on in a file that exists, without a second head.

    Raises:
        OSError: when the file can't be written to.
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
        self.csv_file: GrowingFile | None = None
        self._start, self._written = 0, ""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Opens the file."""
        self._close()
        goes_on = self.append and os.path.exists(self.filename)
        if goes_on:
            _remove_torn_line(self.filename)
        self.append_header = not (goes_on and os.path.getsize(self.filename))
        self.csv_file = GrowingFile(self.filename, "a" if self.append else "w")
        self.keys = None
        self._start, self._written = os.path.getsize(self.filename), ""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes a line."""
        logs = logs or {}
        assert self.csv_file is not None
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
        lines = io.StringIO(newline="")
        self.writer = csv.DictWriter(
            lines, ["epoch", *self.keys], delimiter=self.sep, dialect="excel"
        )
        if self.append_header:
            self.writer.writeheader()
        self.writer.writerow({"epoch": epoch, **{k: _cell(logs.get(k, "NA")) for k in self.keys}})
        self.csv_file.append(lines.getvalue().encode())
        self._written += lines.getvalue()
        self.append_header = False

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Closes the file."""
        self._close()

    def get_state(self) -> dict[str, Any]:
        """What an exact resume must know: the lines of this training, and where they begin."""
        return {"start": self._start, "lines": self._written, "keys": self.keys}

    def set_state(self, state: dict[str, Any]) -> None:
        """Takes over what `get_state` gave: the table has the lines that it had then, no others.

        Raises:
            ValueError: for a state of something else.
            OSError: when the file can't be written to.
        """
        match state:
            case {"start": int() as start, "lines": str() as lines, "keys": list() | None as keys}:
                pass
            case _:
                raise ValueError(f"no state of a CSVLogger: {str(state)[:100]}")
        self._close()
        start = min(start, os.path.getsize(self.filename))
        os.truncate(self.filename, start)
        self.csv_file = GrowingFile(self.filename, "a")
        if lines:
            self.csv_file.append(lines.encode())
        self.append_header = not (start or lines)
        self._start, self._written, self.keys = start, lines, keys

    def _close(self) -> None:
        if self.csv_file is not None and not self.csv_file.closed:
            self.csv_file.close()
        self.writer = None


def _cell(value: Any) -> Any:
    """A value as it is written: several numbers as one text."""
    if np.ndim(value) == 0:
        return value
    return f'"[{", ".join(map(str, value))}]"'


def _remove_torn_line(path: str) -> None:
    """Removes what a killed process left behind the last whole line."""
    with open(path, "rb") as file:
        content = file.read()
    torn = content[content.rfind(b"\n") + 1 :]
    if torn.endswith(b"\r"):  # all of it but the very last character
        grown = GrowingFile(path, "a")
        grown.append(b"\n")
        grown.close()
    elif torn:
        os.truncate(path, len(content) - len(torn))
        warnings.warn(
            f"{path} ended in a line without an end, which an interrupted run has left: "
            f"{torn[:200].decode(errors='replace')!r}. It was removed; the table goes on behind "
            "the line before it",
            stacklevel=3,
        )

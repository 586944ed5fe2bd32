"""A file that grows by whole records: lines of a table, events of a training.

A record goes to the system in one piece when it is appended, and is there whole or not at all; only
a kill in the middle of it can leave a part, behind all that is whole.
"""

import contextlib
import os
from typing import Literal


class GrowingFile:
    """A file to append to.

    Args:
        path: where.
        mode: `"w"` for an empty file, `"x"` for one that was not there, `"a"` to go on.

    Raises:
        OSError: where it can't be opened; with mode `"x"` where there is one.
    """

    def __init__(self, path: str, mode: Literal["w", "x", "a"]) -> None:
        self.path = path
        if mode == "w":  # emptied, and then appended to: others may append, too
            open(path, "wb").close()
        self._file = open(path, "xb" if mode == "x" else "ab", buffering=0)  # noqa: SIM115
        self._torn: int | None = None  # where a part begins that could not be removed

    def append(self, record: bytes) -> None:
        """Writes a record.

        Raises:
            OSError: where that fails; then no part of it is left, if the system allows it.
        """
        left = memoryview(record)
        try:
            if self._torn is not None:
                self._file.truncate(self._torn)
                self._torn = None
            while len(left):
                left = left[self._file.write(left) :]
        except OSError as error:
            if 0 < len(left) < len(record):
                self._torn = os.fstat(self._file.fileno()).st_size - (len(record) - len(left))
                with contextlib.suppress(OSError):
                    self._file.truncate(self._torn)
                    self._torn = None
            raise OSError(
                error.errno, f"{error.strerror or error}. Could not be written to", self.path
            ) from error

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._file.closed

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Ends the file.

        Raises:
            OSError: where the system finds now that it could not write.
        """
        try:
            self._file.close()
        except OSError as error:
            raise OSError(
                error.errno, f"{error.strerror or error}. Could not be written to", self.path
            ) from error

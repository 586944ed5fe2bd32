"""A file that grows by whole records: lines of a table, events of a training.

A record goes to the system in one piece when it is appended, and is there whole or not at all; only
a kill in the middle of it can leave a part, behind all that is whole.
"""

import contextlib
import os
from collections.abc import Iterator
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
        with self._naming():
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
        with self._naming():
            if self._torn is not None:
                self._file.truncate(self._torn)
                self._torn = None
            try:
                while len(left):
                    left = left[self._file.write(left) :]
            except OSError:
                self._remove(len(record) - len(left))
                raise

    def _remove(self, part: int) -> None:
        """Cuts off so many bytes, now or before the next record."""
        if part:
            self._torn = os.fstat(self._file.fileno()).st_size - part
            with contextlib.suppress(OSError):
                self._file.truncate(self._torn)
                self._torn = None

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
        with self._naming():
            self._file.close()

    @contextlib.contextmanager
    def _naming(self) -> Iterator[None]:
        """Errors of the system name the file."""
        try:
            yield
        except OSError as error:
            if error.filename is not None:
                raise
            text = f"{error.strerror or error}. The file could not be written to"
            raise OSError(error.errno, text, self.path) from error

"""A file whose content is known in advance: its array shape and the SHA-256 of its bytes.

The checksum is of the *uncompressed* content, so any gzip program may have packed the file.
Reading trusts nothing: not the file's type (a named pipe would block), not its size on disk, not
what a gzip stream expands to (at most one byte more than expected is ever unpacked).
"""

import gzip
import hashlib
import io
import math
import os
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from . import idx

# What packing may add to a content that doesn't shrink: gzip's header, trailer and block headers.
PACKING_OVERHEAD = 65_536


class WrongFileError(ValueError):
    """A data file is there but is not what it must be; the message says what to do about it."""

    def __init__(self, path: Path, found: str, expected: str):
        """Say that the file at `path` `found` (a verb and what follows) and what was `expected`."""
        super().__init__(
            f"{path} {found}. Expected: {expected}. The file was not used and not touched. "
            "Delete it or move it away and run again: then the other places are asked, and at last "
            "a fresh copy is downloaded."
        )
        self.found = found
        self.expected = expected


@dataclass(frozen=True)
class KnownFile:
    """`name` (without .gz), `shape` of its unsigned bytes, `sha256` of its unpacked content."""

    name: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def size(self) -> int:
        """Bytes of the uncompressed content."""
        return idx.header_size(len(self.shape)) + math.prod(self.shape)

    def find(self, folder: Path) -> Path | None:
        """Where `folder` holds this file: as `.gz`, which is what Keras reads, or plain.

        A broken link counts as found, so that reading it says what is wrong with it.
        """
        for candidate in (folder / f"{self.name}.gz", folder / self.name):
            if os.path.lexists(candidate):
                return candidate
        return None

    def read(self, path: Path) -> np.ndarray:
        """The array of shape `shape`, uint8, read-only. Raises WrongFileError for anything else."""
        return idx.read(self._content(path), str(path))

    def _content(self, path: Path) -> bytes:
        try:
            information = os.stat(path)
            if not stat.S_ISREG(information.st_mode):
                raise self._refusal(path, f"is {_kind(information.st_mode)}", "a regular file")
            if information.st_size > self.size + PACKING_OVERHEAD:
                raise self._refusal(
                    path, f"is {information.st_size:,} bytes on disk", f"at most {self.size:,}"
                )
            with open(path, "rb") as file:
                content = self._unpack(path, file)
        except OSError as error:
            link = f" (a link to {os.readlink(path)})" if os.path.islink(path) else ""
            raise self._refusal(
                path, f"can't be read{link}: {error.strerror or error}", "a readable file"
            ) from error
        return self._check(path, content)

    def check_packed(self, path: Path, content: bytes) -> None:
        """Raises WrongFileError unless `content` may become the file at `path`, which is a .gz."""
        self._check(path, self._unpack(path, io.BytesIO(content)))

    def _unpack(self, path: Path, file: BinaryIO) -> bytes:
        if path.suffix != ".gz":
            return file.read(self.size + 1)
        try:
            # The byte too many makes gzip reach its trailer and check it, and bounds a gzip bomb.
            with gzip.open(file) as packed:
                return packed.read(self.size + 1)
        except EOFError as error:
            raise self._refusal(path, "is truncated: it ends inside its gzip stream") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._refusal(path, f"is not an intact gzip file ({error})") from error

    def _check(self, path: Path, content: bytes) -> bytes:
        if len(content) > self.size:
            raise self._refusal(path, f"holds more than {self.size:,} bytes")
        if len(content) < self.size:
            raise self._refusal(
                path, f"holds {len(content):,} bytes: it is truncated or another file"
            )
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise self._refusal(
                path,
                f"has the right size but other content (SHA-256 {found}): "
                "it is damaged or of another data set",
            )
        return content

    def _refusal(self, path: Path, found: str, expected: str | None = None) -> WrongFileError:
        if expected is None:
            expected = (
                f"{self.size:,} uncompressed bytes (an array of shape {self.shape}) "
                f"with SHA-256 {self.sha256}"
            )
        return WrongFileError(path, found, expected)


def _kind(mode: int) -> str:
    names = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
    )
    return next((name for test, name in names if test(mode)), "a device")

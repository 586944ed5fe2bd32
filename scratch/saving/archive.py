"""The outer shell of a `.keras` file: a zip archive whose members are looked at before any is read.

    metadata.json        the version of Keras, the date
    config.json          the model: `serialize_keras_object`
    model.weights.h5     the numbers, uncompressed

Nothing is ever unpacked into files of the archive's choosing; names only serve to find members.
"""

import io
import itertools
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, BinaryIO

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_DIRECTORY = 2**16  # bytes: the table of contents of some 500 members
_EXPANSION = 100  # a compressed member may be so many times as large as what is stored
_CHUNK = 2**20
_BUFFER = 2**16  # bytes: HDF5 reads little bits that lie close together


class Archive:
    """A `.keras` file for reading.

    Args:
        file: opened for reading, binary.
        what: its name, for messages.

    Raises:
        ValueError: for a file that is no zip archive, is truncated, or is made to mislead.
    """

    def __init__(self, file: BinaryIO, what: str) -> None:
        self._file, self._what = file, what
        size = file.seek(0, os.SEEK_END)
        self._check_directory(size)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, struct.error) as error:
            raise self._error(f"is no zip archive, or is truncated: {error}") from None
        self._members = {info.filename: info for info in self._zip.infolist()}
        if len(self._members) != len(self._zip.infolist()):
            raise self._error("holds two members of one name")
        end = 0
        for info in sorted(self._zip.infolist(), key=lambda info: info.header_offset):
            self._check(info)
            if info.header_offset < end:
                raise self._error(f"holds members that overlap: {info.filename!r} and another")
            end = self._data_start(info) + info.compress_size
        if end > size:
            raise self._error("is truncated")

    def _error(self, problem: str) -> ValueError:
        return ValueError(f"{self._what} {problem}. Save the model again, or take another copy")

    def _check_directory(self, size: int) -> None:
        """Looks at the size of the table of contents before it is parsed."""
        start = max(0, size - 2**16 - 42)
        self._file.seek(start)
        tail = self._file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            raise self._error("is no zip archive, or is truncated")
        lengths = [int.from_bytes(tail[at + 12 : at + 16], "little")]
        locator = tail[max(0, at - 20) : at]
        if locator[:4] == b"PK\x06\x07":  # the directory of an archive above 4 GiB
            self._file.seek(min(int.from_bytes(locator[8:16], "little"), size))
            lengths = [int.from_bytes(self._file.read(56)[40:48], "little")]
        if lengths[0] > _DIRECTORY:
            raise self._error(
                f"has a table of contents of {lengths[0]} bytes, {_DIRECTORY} are allowed"
            )

    def _check(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or name.startswith("/") or "\\" in name or ":" in parts[0]:
            raise self._error(f"holds a member whose name leads out of the archive: {name!r}")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise self._error(f"holds a symbolic link: {name!r}")
        if info.flag_bits & 1:
            raise self._error(f"holds an encrypted member: {name!r}")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._error(f"holds a member compressed in an unusual way: {name!r}")
        if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
            raise self._error(f"declares two sizes of {name!r}")
        if info.file_size > _EXPANSION * info.compress_size + _CHUNK:
            raise self._error(
                f"holds a zip bomb: {name!r} declares {info.file_size} bytes, of which "
                f"{info.compress_size} are stored"
            )

    def _data_start(self, info: zipfile.ZipInfo) -> int:
        """Where a member's data begin: behind its own header, name and extra field."""
        self._file.seek(info.header_offset)
        header = self._file.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise self._error(f"is broken: there is no member {info.filename!r} where it should be")
        return info.header_offset + 30 + sum(struct.unpack("<HH", header[26:30]))

    def _member(self, name: str) -> zipfile.ZipInfo:
        if name not in self._members:
            raise self._error(f"holds no {name}; it has {sorted(self._members)[:10]}")
        return self._members[name]

    def size(self, name: str) -> int:
        """How many bytes a member has.

        Raises:
            ValueError: where there is none.
        """
        return self._member(name).file_size

    def read(self, name: str, limit: int) -> bytes:
        """All of a small member.

        Raises:
            ValueError: for one that is not there, is larger than `limit` bytes, or is broken.
        """
        info = self._member(name)
        if info.file_size > limit:
            raise self._error(f"holds {info.file_size} bytes of {name}, {limit} are allowed")
        try:
            with self._zip.open(info) as member:
                return member.read(limit)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise self._error(f"is broken: {name}: {error}") from None

    def open(self, name: str) -> BinaryIO:
        """A large member as a file that can be read at any place, its checksum compared.

        Raises:
            ValueError: for one that is not there, or is broken.
        """
        info = self._member(name)
        stored = info.compress_type == zipfile.ZIP_STORED
        copy: Any = None if stored else tempfile.TemporaryFile()  # noqa: SIM115 - closed by the reader
        try:
            with self._zip.open(info) as member:
                while chunk := member.read(_CHUNK):  # to its end, where the checksum is compared
                    if copy is not None:
                        copy.write(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise self._error(f"is broken: {name}: {error}") from None
        window = _Window(self._file, self._data_start(info), info.file_size)
        return copy or io.BufferedReader(window, _BUFFER)


class _Window(io.RawIOBase):
    """A stretch of a file as a file."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), max(0, self._size - self._at))
        self._file.seek(self._start + self._at)
        found = self._file.readinto(memoryview(buffer)[:wanted])  # type: ignore[attr-defined]
        self._at += found
        return found


# Writing ------------------------------------------------------------------------------------------


def pieces_of(members: Mapping[str, bytes | memoryview]) -> list[bytes | memoryview]:
    """The bytes of an archive with these members, uncompressed; what is large is not copied."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w") as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            archive.writestr(name, content)
    return pieces.found


class _Pieces:
    """A file as the list of what was written to it."""

    def __init__(self) -> None:
        self.found: list[bytes | memoryview] = []
        self._at = self._end = 0

    def write(self, content: bytes | memoryview) -> int:
        if self._at == self._end:
            self.found.append(content)
            self._end += len(content)
        else:  # a member's header, written anew when its size and checksum are known
            starts = list(itertools.accumulate(map(len, self.found), initial=0))
            self.found[starts.index(self._at)] = content
        self._at += len(content)
        return len(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        pass

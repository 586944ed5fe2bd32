"""Unpacking archives (tar, zip) from anywhere: all of it, or one error and nothing.

Every member is looked at before the first is written, and all are written beside the folder before
the first moves into it. Refused are names that lead out of the
folder, devices and pipes, links to anything but a file of the archive (a link to such a file is
written as a copy of it, so that no link ever comes to be), and bombs: archives that would grow
beyond a gigabyte and a hundredfold.
"""

import contextlib
import functools
import importlib
import os
import posixpath
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

LARGEST = 1 << 30  # bytes unpacked, whatever the archive's own size
GROWTH = 100  # and how many times its own size it may be where that is more
_HEADER = 1 << 20  # bytes that one header may ask for
_PIECE = 1 << 16
# By what a packed file begins with. Some builds of Python lack one or the other.
_PACKERS = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\0": "lzma"}
try:
    from lzma import LZMAError
except ImportError:  # as on a Python without that library
    LZMAError = EOFError  # type: ignore[assignment, misc]
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, LZMAError,
            NotImplementedError, RuntimeError)  # fmt: skip


class UnsafeArchiveError(ValueError):
    """An archive was not unpacked, since it would write where it must not, or without end."""


@dataclass(frozen=True)
class _Member:
    """One entry: where it goes, how large it is, where its bytes are; None for a folder."""

    name: str
    size: int
    open: Callable[[], IO[bytes]] | None
    target: str = ""  # of a link


def extract_archive(path: str, folder: str, formats: Sequence[str] = ("tar", "zip")) -> bool:
    """Unpacks an archive into a folder.

    Args:
        path: the archive: tar, also packed by gzip, bzip2 or xz; or zip.
        folder: where its members go; made where it is missing.
        formats: `"tar"`, `"zip"` or both: what it may be.

    Returns:
        Whether it is an archive of these formats.

    Raises:
        UnsafeArchiveError: a ValueError, see the top of this file; nothing was written then.
        ValueError: when it is damaged.
        NotImplementedError: for another format.
    """
    for name in formats:
        if name not in ("tar", "zip"):
            raise NotImplementedError(f"Archive format {name!r}: expected 'tar' or 'zip'")
        reader, is_one = (_tar, _is_tar) if name == "tar" else (_zip, zipfile.is_zipfile)
        try:
            if not is_one(path):
                continue
            with reader(path) as members:
                _write(path, list(_checked(path, members)), folder)
        except UnsafeArchiveError:
            raise
        except _DAMAGED as error:
            raise ValueError(f"{path} is damaged and can't be unpacked: {error}") from error
        return True
    return False


def _checked(path: str, members: Iterator[_Member]) -> Iterator[_Member]:
    limit = max(LARGEST, GROWTH * os.path.getsize(path))
    left, known = limit, set()  # known: the files so far
    for member in members:
        left -= member.size
        if left < 0:
            raise UnsafeArchiveError(
                f"{path} was not unpacked: it is {os.path.getsize(path):,} bytes long, and would "
                f"become more than {limit:,}"
            )
        name = _place(path, member.name)
        if member.target and _place(path, member.target) not in known:
            raise UnsafeArchiveError(
                f"{path} was not unpacked: its member {member.name!r} is a link to "
                f"{member.target!r}, no file that stands before it in the archive"
            )
        if member.open is not None:
            known.add(name)
        if name != ".":
            yield _Member(name, member.size, member.open, member.target)


def _place(path: str, name: str) -> str:
    """The name of a member, below the folder that is unpacked into."""
    plain = name.replace("\\", "/")
    found = posixpath.normpath(plain)
    outside = found == ".." or found.startswith(("../", "/")) or found[1:2] == ":"
    if outside or "\0" in name or not plain:
        raise UnsafeArchiveError(
            f"{path} was not unpacked: its member {name!r} would be written outside of the folder"
        )
    return found


def _write(path: str, members: Sequence[_Member], folder: str) -> None:
    """Unpacks beside the folder; what is whole then moves into it, file by file."""
    root = os.path.realpath(folder)
    for member in members:
        target = _below(root, member)
        # What stands there from before may be a link.
        if os.path.realpath(target) != target:
            raise UnsafeArchiveError(f"{path} was not unpacked: {target} leads elsewhere by a link")
    home = os.path.dirname(root)
    os.makedirs(home, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacked-", dir=home) as beside:
        for member in members:
            _unpack(member, _below(beside, member))
        os.makedirs(root, exist_ok=True)
        for member in members:
            target = _below(root, member)
            os.makedirs(target if member.open is None else os.path.dirname(target), exist_ok=True)
            if member.open is not None:
                os.replace(_below(beside, member), target)


def _below(folder: str, member: _Member) -> str:
    return os.path.join(folder, *member.name.split("/"))


def _unpack(member: _Member, target: str) -> None:
    if member.open is None:
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with member.open() as file, open(target, "wb") as out:
        left = member.size
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            out.write(piece)
            left -= len(piece)
    if left:
        raise EOFError(f"its member {member.name!r} ends too early")


# The two formats ----------------------------------------------------------------------------------


@contextlib.contextmanager
def _tar(path: str) -> Iterator[Iterator[_Member]]:
    with _unpacked(path) as stream:
        wary: Any = _Wary(stream)
        with tarfile.TarFile(fileobj=wary) as archive:
            yield _tar_members(path, archive)


def _is_tar(path: str) -> bool:
    """Whether a file begins with the header of a tar's member."""
    with _unpacked(path) as stream:
        try:
            tarfile.TarInfo.frombuf(stream.read(tarfile.BLOCKSIZE), "utf-8", "replace")
        except tarfile.HeaderError:
            return False
    return True


def _tar_members(path: str, archive: tarfile.TarFile) -> Iterator[_Member]:
    files: dict[str, tarfile.TarInfo] = {}  # so far
    for info in archive:
        if info.isdir():
            yield _Member(info.name, 0, None)
            continue
        target = ""
        if info.islnk() or info.issym():
            beside = "" if info.islnk() else posixpath.dirname(info.name)
            target = posixpath.normpath(posixpath.join(beside, info.linkname))
        elif not info.isreg() or info.issparse():
            raise UnsafeArchiveError(
                f"{path} was not unpacked: its member {info.name!r} is neither a file nor a folder"
            )
        file = files.get(target, info)
        files[posixpath.normpath(info.name)] = file
        read: Any = functools.partial(archive.extractfile, file)
        yield _Member(info.name, file.size, read, target)
    archive.fileobj.seek(archive.offset)
    if 0 < len(archive.fileobj.read(tarfile.BLOCKSIZE)) < tarfile.BLOCKSIZE:
        raise EOFError("it ends within a header")


@contextlib.contextmanager
def _unpacked(path: str) -> Iterator[Any]:
    """The bytes of a file, unpacked where they are packed."""
    with open(path, "rb") as file:
        start = file.read(6)
    packer = next((name for magic, name in _PACKERS.items() if start.startswith(magic)), None)
    opener: Any = importlib.import_module(packer).open if packer else open
    with opener(path, "rb") as stream:
        yield stream


class _Wary:
    """A stream for `tarfile`, which would read a header of any length into memory."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int) -> bytes:
        """As a file's."""
        if size > _HEADER:
            raise tarfile.ReadError(f"a header claims to be {size:,} bytes long")
        return self._stream.read(size)


@contextlib.contextmanager
def _zip(path: str) -> Iterator[Iterator[_Member]]:
    with zipfile.ZipFile(path) as archive:
        yield (_zip_member(path, archive, info) for info in archive.infolist())


def _zip_member(path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UnsafeArchiveError(
            f"{path} was not unpacked: its member {info.filename!r} is neither a file nor a folder"
        )
    if info.is_dir():
        return _Member(info.filename, 0, None)
    return _Member(info.filename, info.file_size, lambda: archive.open(info))

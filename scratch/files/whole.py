"""Writing a file whole or not at all: into a temporary file beside it, which then takes its place.

    write -> fsync -> close -> rename -> fsync of the folder

Whatever fails on the way is one error with the
file's name, and leaves the old file as it was and no other behind. What a killed process left
behind, the next writing of the same name removes. Permissions stay, and the owner where the system
allows it.
"""

import contextlib
import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from typing import Any

try:
    import fcntl
except ImportError:  # on Windows, where no one can remove a file that is open
    fcntl = None  # type: ignore[assignment]

Bytes = bytes | bytearray | memoryview

_STALE_SECONDS = 86_400  # where the system has no locks, older temporary files have no writer
_ATTEMPTS = 8
_LONG = 48  # bytes: a longer name is replaced by its digest, lest the temporary's be too long
_NO_SYNC = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)  # there is none here


def write_whole(path: str | os.PathLike, *pieces: Bytes) -> None:
    """Writes a file that consists of `pieces`, one after the other.

    Raises:
        ValueError: when `path` is a symbolic link.
        OSError: when it is a folder or no plain file, may not be written, or whatever goes wrong;
            then everything is as it was.
    """
    path = os.fspath(path)
    old = _what_is_there(path)
    try:
        for left in reversed(range(_ATTEMPTS)):
            try:
                _replace(path, old, pieces)
                break
            except FileNotFoundError:  # another writer may have taken it for left behind, see there
                if not left or not os.path.isdir(os.path.dirname(path) or "."):
                    raise
    except OSError as error:
        reason = error.strerror or str(error)
        text = f"{reason}. The file could not be saved; what was there is as it was"
        if error.errno is None:
            raise OSError(f"{path}: {text}") from error
        raise OSError(error.errno, text, path) from error
    _sync_folder(os.path.dirname(path) or ".")


@contextlib.contextmanager
def writing_whole(path: str | os.PathLike) -> Iterator[Callable[[Bytes], None]]:
    """Within it, what is written piece by piece; at its end, it takes its place as a whole.

    Whatever is raised within leaves what was there as it was.

    Raises:
        ValueError, OSError: as `write_whole`.
    """
    path = os.fspath(path)
    with _replacing(path, _what_is_there(path)) as write:
        yield write
    _sync_folder(os.path.dirname(path) or ".")


def _what_is_there(path: str) -> os.stat_result | None:
    """What is known of the file that is replaced; None where there is none."""
    if os.path.islink(path):
        raise ValueError(
            f"{path} is a symbolic link to {os.readlink(path)}. A file is saved by taking the "
            "place of what is there, which would cut the link: save to the link's target, or "
            "remove the link first"
        )
    try:
        old = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(f"{path} is a folder. Give the name of a file to save to")
    if not stat.S_ISREG(old.st_mode):
        raise OSError(f"{path} is a device or a pipe, no plain file. Give another name to save to")
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "The file may not be written to", path)
    return old


def _replace(path: str, old: os.stat_result | None, pieces: tuple[Bytes, ...]) -> None:
    with _replacing(path, old) as write:
        for piece in pieces:
            write(piece)


@contextlib.contextmanager
def _replacing(path: str, old: os.stat_result | None) -> Iterator[Callable[[Bytes], None]]:
    with _temporary(path, private=old is not None) as (name, file):
        if old is not None:
            _keep_owner(name, old)
            if (os.stat(name).st_mode ^ old.st_mode) & 0o7777:
                os.chmod(name, old.st_mode & 0o7777)
        # Another descriptor, whose closing tells of errors, while the lock is kept.
        with open(os.dup(file.fileno()), "wb", buffering=0) as out:
            yield lambda piece: _write(out, memoryview(piece).cast("B"))
            _sync(out.fileno())
        # Without its lock: whoever reads the new file may want one (HDF5 does). Also, Windows
        # renames no open file.
        file.close()
        os.replace(name, path)


def _write(file: Any, left: memoryview) -> None:
    """Writes all of it; the system may take it in parts."""
    while len(left):
        left = left[file.write(left) :]


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def _sync_folder(folder: str) -> None:
    """Brings a folder's list of names to the disk, where the system can do that.

    By then the file stands in its place: a failure would be no reason to report another.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _keep_owner(name: str, old: os.stat_result) -> None:
    new = os.stat(name)
    for uid, gid in ((old.st_uid, -1), (-1, old.st_gid)):
        if (uid, gid) not in ((new.st_uid, -1), (-1, new.st_gid)):
            with contextlib.suppress(OSError):  # only the system's administrator may, mostly
                os.chown(name, uid, gid)


# Temporary files ----------------------------------------------------------------------------------


@contextlib.contextmanager
def _temporary(path: str, private: bool) -> Iterator[tuple[str, Any]]:
    """An empty file beside `path`, its name and a descriptor that holds its lock.

    The lock tells others that its writer is alive. It is gone with the writer, however that ends,
    and just before the file takes its place: who begins to write the same name then may remove it.
    """
    folder, name = os.path.split(path)
    name = _stem(name)
    _remove_left_behind(folder, name)
    mode = 0o600 if private else 0o666
    while True:
        temporary = os.path.join(folder, f".{name}.{os.urandom(4).hex()}.tmp")
        file = open(temporary, "x+b", buffering=0, opener=lambda p, f: os.open(p, f, mode))  # noqa: SIM115
        try:
            _lock(file)
            # Between its birth and its lock, another might have taken it for left behind.
            if not os.path.exists(temporary):
                continue
            yield temporary, file
            return
        except BaseException:
            with contextlib.suppress(OSError):
                os.remove(temporary)
            raise
        finally:
            with contextlib.suppress(OSError):
                file.close()


def _stem(name: str) -> str:
    """What names the temporary file: for a long name its digest."""
    encoded = os.fsencode(name)
    if len(encoded) <= _LONG:
        return name
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def _remove_left_behind(folder: str, name: str) -> None:
    """Removes temporary files for `name` whose writers were killed."""
    ours = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]+\.tmp(\.h5)?")
    with contextlib.suppress(OSError):
        left = [entry for entry in os.listdir(folder or ".") if ours.fullmatch(entry)]
        for place in (os.path.join(folder, entry) for entry in left):
            with contextlib.suppress(OSError):
                if not _has_a_writer(place):
                    os.remove(place)


def _has_a_writer(place: str) -> bool:
    if fcntl is None:
        return False  # if it has one, it can't be removed
    with open(place, "rb", buffering=0, opener=lambda p, f: os.open(p, f | os.O_NOFOLLOW)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # no locks here
            return time.time() - os.fstat(file.fileno()).st_mtime < _STALE_SECONDS
    return False


def _lock(file: Any) -> None:
    """Takes a new file's lock, where there are locks."""
    if fcntl is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

"""Writing a file whole or not at all: into a temporary file beside it, which then takes its place.

    write -> fsync -> rename -> fsync of the folder

Whatever fails on the way leaves the old file as it was, and no other behind.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator


@contextlib.contextmanager
def replacing(path: str) -> Iterator[str]:
    """The name of an empty file to write to; it becomes `path` where the block ends well.

    Raises:
        ValueError: when `path` is a symbolic link.
        OSError: when it is a folder, or its folder can't be written to.
    """
    if os.path.islink(path):
        raise ValueError(
            f"{path} is a symbolic link to {os.readlink(path)}. A file is saved by taking the "
            "place of what is there, which would cut the link: save to the link's target, or "
            "remove the link first"
        )
    if os.path.isdir(path):
        raise IsADirectoryError(f"{path} is a folder. Give the name of a file to save to")
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{secrets.token_hex(8)}.tmp")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        if os.path.exists(path):
            os.chmod(temporary, os.stat(path).st_mode & 0o7777)
        _sync(temporary)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)
        raise
    _sync(folder or ".")


def _sync(path: str) -> None:
    """Makes sure that a file, or a folder's list of names, is on the disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

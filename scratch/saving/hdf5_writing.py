"""HDF5 files as they are written: first all of the file in memory, then its bytes in one go.

Between a program and the disk, HDF5 keeps numbers back until an array is closed, where h5py can
report no error: a file that could not be written would hold zeros. In memory nothing can fail but
the memory, and `write_whole` checks every byte that goes to the disk.
"""

import io
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.saving.checksum import NAME, Checksum
from scratch.saving.hdf5 import library
from scratch.saving.store import WriteEntry, Writer


def image_of(fill: Callable[[Any], None]) -> memoryview:
    """The bytes of the HDF5 file that `fill` writes: it is called with an open, empty one.

    Raises:
        MemoryError: where there is no room for it.
        OSError: for anything else that goes wrong inside HDF5.
    """
    memory = _Memory()
    try:
        with library().File(memory, "w") as file:
            fill(file)
            file.flush()
    finally:
        if memory.failure is not None:
            raise memory.failure
    return memory.getbuffer()


class _Memory(io.BytesIO):
    """A file in memory that remembers a failure, in case HDF5 keeps it to itself."""

    failure: BaseException | None = None
    _put: Any = io.BytesIO.write

    def write(self, content: Any) -> int:
        try:
            return self._put(content)
        except BaseException as error:
            self.failure = error
            raise

    def truncate(self, size: int | None = None) -> int:
        """Pads with zeros when the new size is larger, as a file on the disk does."""
        size = self.tell() if size is None else size
        missing = size - self.seek(0, os.SEEK_END)
        if missing > 0:
            self.write(bytes(missing))
        return super().truncate(size)


class H5Writer(Writer):
    """Arrays as groups and datasets of a file, see `image_of`."""

    def __init__(self, file: Any) -> None:
        self._file, self._checksum = file, Checksum()

    def make(self, path: str, name: str | None) -> WriteEntry:
        place = f"{path}/vars".lstrip("/")
        if name is not None:
            self._file.require_group(place).attrs["name"] = name

        def put(key: str, array: np.ndarray) -> None:
            self._file.require_group(place).create_dataset(key, data=array)
            self._checksum.add(f"{place}/{key}", array)

        return WriteEntry(put)

    def finish(self) -> None:
        """Notes the checksum of what was written."""
        self._file.attrs[NAME] = str(self._checksum)

"""Arrays in a file: groups named by paths, in each of them arrays named by keys.

    layers/dense / 0, 1          kernel and bias of the first Dense layer
    optimizer    / 0, 1, ...     step counter, learning rate, slots

A file format provides a `Reader` and a `Writer`; all else is the same for every format.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np

NUMBERS = "fiub"  # kinds of dtypes that may be stored: floats, integers, booleans

Declared = tuple[tuple[int, ...], np.dtype]


class Reader(ABC):
    """The arrays of a file. Nothing is read before it is asked for by path and key."""

    @abstractmethod
    def keys(self, path: str) -> list[str]:
        """The keys in a group; none where there is no such group."""

    @abstractmethod
    def declared(self, path: str, key: str) -> Declared:
        """Shape and type of an array, as the file says.

        Raises:
            KeyError: where there is none.
            ValueError: for anything that is no plain array of numbers, all of it in this file.
        """

    @abstractmethod
    def read(self, path: str, key: str) -> np.ndarray:
        """An array; errors as in `declared`."""

    @abstractmethod
    def paths(self) -> Iterator[str]:
        """The paths of all groups that hold arrays."""

    @abstractmethod
    def verify(self) -> None:
        """Compares the arrays with the checksum in the file, if it has one.

        Raises:
            ValueError: where they differ; see `checksum`.
        """

    def declared_bytes(self) -> int:
        """The size of all arrays together, in bytes."""
        found = 0
        for path in self.paths():
            for key in self.keys(path):
                shape, dtype = self.declared(path, key)
                found += int(np.prod(shape, dtype=object)) * dtype.itemsize
        return found


class Writer(ABC):
    """A file that is being written."""

    @abstractmethod
    def make(self, path: str, name: str | None) -> MutableMapping[str, Any]:
        """A new group: arrays put into it are written under their keys.

        Args:
            path: where.
            name: of the object to which the arrays belong.
        """


class Entry(Mapping[str, np.ndarray]):
    """One group of a file as a mapping from keys to arrays."""

    def __init__(self, reader: Reader, path: str) -> None:
        self._reader, self.path = reader, path
        self._keys = reader.keys(path)

    def declared(self, key: str) -> Declared:
        """Shape and type of an array, as the file says."""
        return self._reader.declared(self.path, key)

    def __getitem__(self, key: str) -> np.ndarray:
        if key not in self._keys:
            raise KeyError(key)
        return self._reader.read(self.path, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class WriteEntry(dict):
    """A group of a file that is being written: what is put into it goes to `put`."""

    def __init__(self, put: Any) -> None:
        super().__init__()
        self._put = put

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(value)
        if array.dtype.kind not in NUMBERS:
            raise TypeError(
                f"Only arrays of numbers can be saved. Received for key {key!r}: an array of type "
                f"{array.dtype}. Convert it in `save_own_variables`"
            )
        self._put(key, array)

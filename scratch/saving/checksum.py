"""A checksum over the arrays of a file: their names, types, shapes and numbers.

    line       name, type, shape and CRC-32 of the bytes (little-endian), for each array
    checksum   CRC-32 of all lines, in alphabetical order

It stands in the file as an attribute that other programs ignore, and that is gone when they write
the file anew. It tells of bits that have flipped on a disk or on a way; it is no seal: whoever
edits a file can write another.
"""

import zlib
from collections.abc import Iterable

import numpy as np

NAME = "checksum"  # of the attribute
_KIND = "crc32:"


class Checksum:
    """Takes note of arrays; its text is the checksum."""

    def __init__(self, arrays: Iterable[tuple[str, np.ndarray]] = ()) -> None:
        self._lines: list[str] = []
        for name, array in arrays:
            self.add(name, array)

    def add(self, name: str, array: np.ndarray) -> None:
        """Takes note of an array under its full name."""
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        numbers = zlib.crc32(little.reshape(-1).view("u1").data)
        self._lines.append(f"{name} {little.dtype.str} {array.shape} {numbers:08x}")

    def __str__(self) -> str:
        text = "\n".join(sorted(self._lines)).encode("utf-8", "surrogatepass")
        return f"{_KIND}{zlib.crc32(text):08x}"


def compare(stored: object, arrays: Iterable[tuple[str, np.ndarray]], what: str, cure: str) -> None:
    """Compares the arrays of a file with the checksum in it, before any of them is used.

    Args:
        stored: the attribute; what is no checksum of this kind is passed over.
        arrays: all of the file.
        what: its name, for messages.
        cure: how to remove the attribute, where the change is wanted.

    Raises:
        ValueError: where they differ.
    """
    if not isinstance(stored, str) or not stored.startswith(_KIND):
        return
    found = str(Checksum(arrays))
    if found != stored:
        raise ValueError(
            f"{what}: its arrays are not those that were saved: their checksum is {found}, but "
            f"{stored} was noted. Bits have flipped on the disk or on the way here: take another "
            f"copy, or save it again. If you have edited the file yourself, remove its attribute "
            f"{NAME!r}, and it loads: {cure}"
        )

"""HDF5's global heaps, in which texts of any length lie, looked at before the library reads them.

    GCOL, version 1, three zeros, size of all (8 bytes); then the entries:
    number (2), references (2), nothing (4), size (8), content up to a multiple of 8

Number 0 stands for the room that is left, and its size counts its own head. HDF5 goes from entry to
entry without asking whether it gets anywhere: a size of 0 there, and it never comes back.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from scratch.saving.hdf5_marks import places

_MARK, _HEAD = re.compile(rb"GCOL\x01\0\0\0"), 16


def heaps_are_sound(file: BinaryIO) -> bool:
    """Whether HDF5 gets to the end of every heap in a file.

    Heaps do not overlap: all of them together have no more entries than the file has room for.
    """
    entries = iter(range(file.seek(0, 2) // _HEAD))
    return all(_is_sound(file, at, entries) for at in places(file, _MARK, 8))


def _is_sound(file: BinaryIO, begin: int, entries: Iterator[int]) -> bool:
    file.seek(begin + 8)
    end = begin + int.from_bytes(file.read(8), "little")
    at = begin + _HEAD
    while at + _HEAD <= end:
        if next(entries, None) is None:
            return False
        file.seek(at)
        head = file.read(_HEAD)
        if len(head) < _HEAD:
            return True  # HDF5 says itself that the file is truncated
        number, size = int.from_bytes(head[:2], "little"), int.from_bytes(head[8:], "little")
        step = _HEAD + (size + 7) // 8 * 8 if number else size
        if step == 0 or at + step > end:
            return False
        at += step
    return True

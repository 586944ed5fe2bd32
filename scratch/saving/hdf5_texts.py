"""HDF5's attributes that hold texts of any length, looked at before the library reads them.

    a text         its length (4 bytes), where its heap begins (8), its number there (4)
    an attribute   type (20 bytes), shape, then one such reference for each text

HDF5 takes memory for a length before it looks for the text: up to 4 GiB for 4 wrong bytes. A text
cannot be longer than the file.
"""

import math
import re
from collections.abc import Iterator
from typing import BinaryIO

from scratch.saving.hdf5_marks import places

_TYPE, _REFERENCE = 20, 16
# "Texts of any length, each referred to by 16 bytes", whatever their alphabet; of bytes.
_MARK = re.compile(rb"\x19\x01[\x00\x01]\x00\x10\0\0\0\x10\0\0\0\x01\0\0\0")


def texts_are_sound(file: BinaryIO) -> bool:
    """Whether no attribute of a file says that a text of it is longer than the file."""
    size = file.seek(0, 2)
    references = iter(range(size // _REFERENCE))  # there is room for no more, in all of them
    return all(_is_sound(file, at, size, references) for at in places(file, _MARK, 16))


def _is_sound(file: BinaryIO, begin: int, size: int, references: Iterator[int]) -> bool:
    """Whether the texts of one attribute fit the file; True for bytes that are no attribute."""
    file.seek(begin + _TYPE)
    shape = file.read(4)
    if shape[:1] != b"\x02":  # the older way: types and shapes are filled up to multiples of 8
        file.seek(begin + _TYPE + 4)
        shape = file.read(8)
    if len(shape) < 4 or shape[0] not in (1, 2):
        return True
    axes, twice = shape[1], shape[2] & 1  # beside each size stands how large it may become
    sizes = [int.from_bytes(file.read(8), "little") for _ in range(axes)]
    file.seek(8 * axes * twice, 1)
    for _ in range(min(math.prod(sizes), size)):
        if next(references, None) is None:
            return False
        if int.from_bytes(file.read(_REFERENCE)[:4], "little") > size:
            return False
    return True

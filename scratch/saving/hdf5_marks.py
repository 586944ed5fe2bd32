"""Where in a file something begins, found by its first bytes, before HDF5 believes what it says."""

import re
from collections.abc import Iterator
from typing import BinaryIO

_PIECE = 2**20  # bytes that are looked at together


def places(file: BinaryIO, mark: re.Pattern[bytes], length: int) -> Iterator[int]:
    """The places where `mark` matches, each once, whoever reads the file in between.

    Args:
        file: from its begin to its end.
        mark: matches so many bytes,
        length: and never more.
    """
    start = 0
    while True:
        file.seek(start)
        piece = file.read(_PIECE)
        yield from (start + found.start() for found in mark.finditer(piece))
        if len(piece) < _PIECE:
            return
        start += _PIECE - length + 1  # a mark may lie across two pieces

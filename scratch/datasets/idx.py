"""IDX: the array format of the MNIST family.

    byte 0, 1       zero
    byte 2          type of an element (0x08 is an unsigned byte)
    byte 3          number of dimensions d
    4 d bytes       the dimensions, big-endian unsigned 32-bit integers
    the rest        the elements in C order, big-endian

The number of bytes that must follow is known from the header, so a truncated file can't pass.
"""

import math

import numpy as np

ELEMENT_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def header_size(dimensions: int) -> int:
    """Bytes before the first element of an array with that many dimensions."""
    return 4 + 4 * dimensions


def read(content: bytes, name: str = "content") -> np.ndarray:
    """The array that `content` holds: a read-only view of its bytes.

    `name` stands for the file in error messages. Raises ValueError when the header isn't an IDX
    header, or when more or fewer bytes follow than it announces.
    """
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in ELEMENT_TYPES:
        raise ValueError(
            f"{name} is not an IDX file: its first bytes are {content[:4].hex(' ') or '(none)'}. "
            "Expected: 00 00, an element type (08 for unsigned bytes), the number of dimensions."
        )
    dtype = np.dtype(ELEMENT_TYPES[content[2]])
    dimensions = content[3]
    start = header_size(dimensions)
    if len(content) < start:
        raise ValueError(
            f"{name} ends inside its IDX header: {len(content)} bytes of the {start} that "
            f"{dimensions} dimensions need."
        )
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", dimensions, offset=4))
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise ValueError(
            f"{name} announces an array of shape {shape}, which takes {expected:,} bytes, "
            f"but holds {len(content):,}."
        )
    return np.frombuffer(content, dtype, offset=start).reshape(shape)

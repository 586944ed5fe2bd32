"""TensorBoard's event files: a record for every number, histogram, picture or text.

    record    length (8 bytes), checksum of it, content, checksum of it       (TFRecord)
    content   Event(wall_time, step, Summary(Value(tag, metadata, tensor)))   (protocol buffers)

A checksum is a masked CRC-32C. A field of a protocol buffer is its number and kind, then its value.
"""

import contextlib
import itertools
import os
import struct
import time
import zlib
from collections.abc import Sequence

import numpy as np

from scratch.files.growing import GrowingFile

_DOUBLE, _FLOAT, _STRING = 2, 1, 7  # types of tensors
_SCALAR, _TENSOR, _BLOBS = 1, 2, 3  # classes of data

# Protocol buffers ---------------------------------------------------------------------------------


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _integer(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number & (1 << 64) - 1)


def _double(field: int, number: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", number)


def _bytes(field: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _tensor(kind: int, shape: Sequence[int], content: bytes) -> bytes:
    dims = b"".join(_bytes(2, _integer(1, n)) for n in shape)
    return _integer(1, kind) + _bytes(2, dims) + content


# Records ------------------------------------------------------------------------------------------


def _table() -> list[int]:
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


_CRC = _table()


def masked_crc32c(content: bytes) -> int:
    """The checksum of TFRecord files: CRC-32C, rotated by 15 bits and shifted by a constant."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return (crc >> 15 | crc << 17) + 0xA282EAD8 & 0xFFFFFFFF


def record(content: bytes) -> bytes:
    """A record of a TFRecord file."""
    length = struct.pack("<Q", len(content))
    sums = (struct.pack("<I", masked_crc32c(part)) for part in (length, content))
    return length + next(sums) + content + next(sums)


def png(pixels: np.ndarray) -> bytes:
    """A picture of (rows, columns, channels) bytes, with 1, 3 or 4 channels, as a PNG file."""
    rows, columns, channels = pixels.shape

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    colour = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", columns, rows, 8, colour, 0, 0, 0)
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


class EventFile:
    """A new file of events. Readers pass over a part of an event at its end, which a kill leaves.

    Args:
        folder: where; the name holds time, host, process, and a number.

    Raises:
        OSError: when it can't be written to.
    """

    def __init__(self, folder: str) -> None:
        import socket  # slow to load, and nobody else needs it

        os.makedirs(folder, exist_ok=True)
        now = time.time()
        name = f"events.out.tfevents.{int(now)}.{socket.gethostname()}.{os.getpid()}"
        self._file = _new(os.path.join(folder, name))
        self.path = self._file.path
        self._write(_double(1, now) + _bytes(3, "brain.Event:2"))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Writes the number `value` under `tag`."""
        content = _varint(5 << 3 | 2) + _varint(4) + struct.pack("<f", value)
        self._value(tag, step, "scalars", b"", _SCALAR, _tensor(_FLOAT, (), content))

    def histogram(self, tag: str, values: np.ndarray, step: int, buckets: int = 30) -> None:
        """Writes how `values` are spread: left end, right end and count of equal bins."""
        values = np.asarray(values, "float64").ravel()
        table = np.zeros((buckets, 3))
        if values.size:
            low, high = values.min(), values.max()
            if low == high:  # all in the last bin, around their value
                table[:, 0] = table[:, 1] = low
                table[-1] = low - 0.5, low + 0.5, values.size
            else:
                counts, ends = np.histogram(values, buckets, (low, high))
                table = np.stack([ends[:-1], ends[1:], counts], axis=1)
        content = _bytes(4, table.tobytes())
        tensor = _tensor(_DOUBLE, (buckets, 3), content)
        self._value(tag, step, "histograms", b"", _TENSOR, tensor)

    def images(self, tag: str, pixels: np.ndarray, step: int) -> None:
        """Writes at most three pictures: (n, rows, columns, channels), numbers from 0 to 1."""
        whole = np.clip(np.asarray(pixels, "float64") * 255.0, 0, 255).astype("uint8")
        rows, columns = whole.shape[1:3]
        parts = [str(columns).encode(), str(rows).encode(), *map(png, whole[:3])]
        content = b"".join(_bytes(8, part) for part in parts)
        tensor = _tensor(_STRING, (len(parts),), content)
        self._value(tag, step, "images", b"", _BLOBS, tensor)

    def text(self, tag: str, content: str, step: int, plugin: str) -> None:
        """Writes a text that `plugin` is to show."""
        self._value(tag, step, plugin, b"1", 0, _tensor(_STRING, (), _bytes(8, content)))

    def _value(
        self, tag: str, step: int, plugin: str, settings: bytes, kind: int, tensor: bytes
    ) -> None:
        data = _bytes(1, plugin) + (_bytes(2, settings) if settings else b"")
        metadata = _bytes(1, data) + (_integer(4, kind) if kind else b"")
        value = _bytes(1, tag) + _bytes(9, metadata) + _bytes(8, tensor)
        self._write(_double(1, time.time()) + _integer(2, step) + _bytes(5, _bytes(1, value)))

    def _write(self, event: bytes) -> None:
        self._file.append(record(event))

    def close(self) -> None:
        """Closes the file; no event can follow."""
        self._file.close()


def _new(stem: str) -> GrowingFile:
    """A file that was not there: no two runs share one."""
    for number in itertools.count():
        with contextlib.suppress(FileExistsError):
            return GrowingFile(f"{stem}.{number}.v2", "x")
    raise AssertionError

"""Arrays in a safetensors file: no code, no links, nothing to unpack.

    8 bytes      length of the header, little-endian
    header       JSON: {"layers/dense/0": {"dtype": "F32", "shape": [4, 3],
                                           "data_offsets": [begin, end]}, ...,
                        "__metadata__": {"format": "np", "checksum": see `checksum`}}
    the rest     the numbers, little-endian, without gaps

Source: https://github.com/huggingface/safetensors
"""

import json
import math
import os
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from scratch.saving.bounded_json import ALLOWED, parse
from scratch.saving.checksum import NAME, Checksum, compare
from scratch.saving.store import Declared, Reader, WriteEntry, Writer

_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2",
    "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}


class SafetensorsReader(Reader):
    """The arrays of a file.

    Args:
        file: opened for reading, binary.
        what: its name, for messages.

    Raises:
        ValueError: for a file that is no safetensors file, or broken.
    """

    def __init__(self, file: BinaryIO, what: str) -> None:
        self._file, self._what = file, what
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, ALLOWED):
            raise ValueError(
                f"{what} is no safetensors file, or is truncated: its header would take {length} "
                f"of its {size} bytes. Save it again, or take another copy"
            )
        header = parse(file.read(length), f"{what}: the header", distinct=True)
        if not isinstance(header, dict):
            raise ValueError(f"{what}: the header is no dictionary. Save it again")
        metadata = header.pop("__metadata__", {})
        if not isinstance(metadata, dict) or not all(
            isinstance(text, str) for text in metadata.values()
        ):
            raise ValueError(f"{what}: the header's __metadata__ is no dictionary of texts")
        self._checksum = metadata.get(NAME)
        self._start = 8 + length
        self._arrays: dict[str, dict[str, tuple[tuple[int, ...], np.dtype, int]]] = {}
        end = 0
        entries = {name: _entry(name, entry, what) for name, entry in header.items()}
        for name, (shape, dtype, begin, stop) in sorted(
            entries.items(), key=lambda item: item[1][2:]
        ):
            if begin != end:
                raise ValueError(f"{what}: the numbers of {name!r} overlap others, or leave a gap")
            end = stop
            path, _, key = name.rpartition("/")
            self._arrays.setdefault(path, {})[key] = (shape, dtype, begin)
        if self._start + end != size:
            raise ValueError(
                f"{what} has {size} bytes, but its header declares {self._start + end}. It is "
                "truncated, or holds something else behind the numbers"
            )

    def keys(self, path: str) -> list[str]:
        return list(self._arrays.get(path, {}))

    def declared(self, path: str, key: str) -> Declared:
        return self._arrays.get(path, {})[key][:2]

    def read(self, path: str, key: str) -> np.ndarray:
        shape, dtype, begin = self._arrays.get(path, {})[key]
        self._file.seek(self._start + begin)
        stored = np.dtype("u1") if dtype.kind == "b" else dtype  # a byte may be more than 0 and 1
        numbers = np.fromfile(self._file, stored, math.prod(shape)).reshape(shape)
        return numbers if stored is dtype else numbers.astype(dtype)

    def paths(self) -> Iterator[str]:
        yield from self._arrays

    def verify(self) -> None:
        arrays = (
            (f"{path}/{key}" if path else key, self.read(path, key))
            for path in self._arrays
            for key in self._arrays[path]
        )
        cure = "write its arrays anew, without the metadata"
        compare(self._checksum, arrays, self._what, cure)


def _entry(name: str, entry: Any, what: str) -> tuple[tuple[int, ...], np.dtype, int, int]:
    try:
        shape, (begin, end) = tuple(entry["shape"]), entry["data_offsets"]
        dtype = np.dtype(_TYPES[entry["dtype"]])
        numbers = [*shape, begin, end]
    except (TypeError, KeyError, ValueError):
        numbers = [-1]
    if not all(type(n) is int and n >= 0 for n in numbers):
        raise ValueError(
            f"{what}: the header's entry for {name!r} is not understood: {str(entry)[:200]}. "
            f"Expected shape, data_offsets, and a dtype among {', '.join(_TYPES)}"
        )
    if math.prod(shape) * dtype.itemsize != end - begin:
        raise ValueError(
            f"{what}: {name!r} declares the shape {shape} of {dtype}, but {end - begin} bytes: a "
            "shape bomb, or a broken header"
        )
    return shape, dtype, begin, end


class SafetensorsWriter(Writer):
    """Arrays that are gathered; `pieces` makes a file of them."""

    def __init__(self) -> None:
        self._arrays: dict[str, np.ndarray] = {}

    def make(self, path: str, name: str | None) -> WriteEntry:
        def put(key: str, array: np.ndarray) -> None:
            self._arrays[f"{path}/{key}".lstrip("/")] = array.copy()

        return WriteEntry(put)

    def pieces(self) -> list[bytes | memoryview]:
        """The bytes of the file, one piece after the other."""
        # Large types first, as the reference does: then every array is aligned.
        order = sorted(self._arrays, key=lambda name: -self._arrays[name].dtype.itemsize)
        checksum = str(Checksum(self._arrays.items()))
        header: dict[str, Any] = {"__metadata__": {"format": "np", NAME: checksum}}
        begin = 0
        for name in order:
            array = self._arrays[name]
            stop = begin + array.nbytes
            dtype = _NAMES[array.dtype.newbyteorder("<")]
            header[name] = {"dtype": dtype, "shape": array.shape, "data_offsets": [begin, stop]}
            begin = stop
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        numbers = (self._arrays[name] for name in order)
        little = (np.ascontiguousarray(a, a.dtype.newbyteorder("<")) for a in numbers)
        return [
            len(text).to_bytes(8, "little") + text,
            *(a.reshape(-1).view("u1").data for a in little),
        ]

"""What plays a tape, and the loops that no ufunc of NumPy has (see `kernels.tape`).

    for each row of the table, for each of its calls:
        args <- addresses + call * moves
        loop(args, dimensions, strides, data)

All loops are called as NumPy's own: with arrays of addresses, dimensions and strides.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from scratch.kernels.inner_loops import Loop
from scratch.kernels.openblas import AXPY
from scratch.kernels.table import register_player
from scratch.kernels.tape import (
    ADDRESSES,
    ARRAYS,
    CALLS,
    DATA,
    DIMENSIONS,
    FUNCTION,
    MOVES,
    ROOM,
    STRIDES,
    WIDTH,
)

SIZE = 8  # bytes of an address


@intrinsic
def _call(context: Any, function: Any, args: Any, dimensions: Any, strides: Any, data: Any) -> Any:
    """Calls a loop; all five are addresses."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        pointer = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [pointer] * 4)
        loop = builder.inttoptr(given[0], kind.as_pointer())
        builder.call(loop, [builder.inttoptr(address, pointer) for address in given[1:]])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 5), generate


@numba.njit(cache=True, nogil=True)
def play(table: np.ndarray) -> None:
    """Makes all calls of a tape's table, int64."""
    for r in range(table.shape[0]):
        play_row(table, r)


@numba.njit(cache=True, nogil=True)
def play_row(table: np.ndarray, number: int) -> None:
    """Makes the calls of one row of a table."""
    row, start = table[number], table.ctypes.data + number * SIZE * WIDTH
    for i in range(row[CALLS]):
        for a in range(row[ARRAYS]):
            row[ROOM + a] = row[ADDRESSES + a] + i * row[MOVES + a]
        _call(row[FUNCTION], start + SIZE * ROOM, start + SIZE * DIMENSIONS,
              start + SIZE * STRIDES, row[DATA])  # fmt: skip


# Loops that no ufunc has --------------------------------------------------------------------------


@intrinsic
def read(context: Any, kind: Any, address: Any) -> Any:
    """The number of a type that stands at an address."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        found = signature.return_type
        pointer = context.get_data_type(found).as_pointer()
        return context.unpack_value(builder, found, builder.inttoptr(given[1], pointer))

    return kind.dtype(kind, types.int64), generate


@intrinsic
def _store(context: Any, kind: Any, address: Any, value: Any) -> Any:
    """Puts a number of a type where an address says."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        number = signature.args[2]
        pointer = context.get_data_type(number).as_pointer()
        context.pack_value(builder, number, given[2], builder.inttoptr(given[1], pointer))
        return context.get_dummy_value()

    return types.void(kind, types.int64, kind.dtype), generate


@intrinsic
def axpy(context: Any, function: Any, n: Any, a: Any, x: Any, y: Any) -> Any:
    """`cblas_?axpy(n, a, x, 1, y, 1)`."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        function, n, a, x, y = given
        pointer, size = ir.IntType(8).as_pointer(), ir.IntType(64)
        kind = ir.FunctionType(ir.VoidType(), [size, a.type, pointer, size, pointer, size])
        one = ir.Constant(size, 1)
        builder.call(
            builder.inttoptr(function, kind.as_pointer()),
            [n, a, builder.inttoptr(x, pointer), one, builder.inttoptr(y, pointer), one],
        )
        return context.get_dummy_value()

    whole = types.int64
    return types.void(whole, whole, a, whole, whole), generate


LOOP = types.void(*[types.CPointer(types.int64)] * 3, types.intp)


def _copies(source: Any, target: Any) -> Callable:
    def loop(args: Any, dimensions: Any, strides: Any, data: Any) -> None:
        x, y = args[0], args[1]
        for _ in range(dimensions[0]):
            _store(target, y, target(read(source, x)))
            x += strides[0]
            y += strides[1]

    return loop


def _selects(kind: Any) -> Callable:
    def loop(args: Any, dimensions: Any, strides: Any, data: Any) -> None:
        condition, x, y, z = args[0], args[1], args[2], args[3]
        for _ in range(dimensions[0]):
            chosen = x if read(types.boolean, condition) else y
            _store(kind, z, read(kind, chosen))
            condition += strides[0]
            x += strides[1]
            y += strides[2]
            z += strides[3]

    return loop


def _argmax(kind: Any) -> Callable:
    """The first of the largest, or of what is NaN."""

    def loop(args: Any, dimensions: Any, strides: Any, data: Any) -> None:
        x, place = args[0], types.int64(0)
        largest = read(kind, x)
        for i in range(1, dimensions[0]):
            x += strides[0]
            number = read(kind, x)
            if largest == largest and not number <= largest:
                largest, place = number, types.int64(i)
        _store(types.int64, args[1], place)

    return loop


def _takes(kind: Any) -> Callable:
    """The first stride is how far the numbers that are looked up lie from one another."""

    def loop(args: Any, dimensions: Any, strides: Any, data: Any) -> None:
        for i in range(dimensions[0]):
            at = args[0] + strides[0] * read(types.int64, args[1] + i * strides[1])
            _store(kind, args[2] + i * strides[2], read(kind, at))

    return loop


def _puts(kind: Any) -> Callable:
    """The last stride is how far the places lie from one another."""

    def loop(args: Any, dimensions: Any, strides: Any, data: Any) -> None:
        for i in range(dimensions[0]):
            at = args[2] + strides[2] * read(types.int64, args[1] + i * strides[1])
            _store(kind, at, read(kind, args[0] + i * strides[0]))

    return loop


def _adds_scaled(kind: Any) -> Callable:
    def loop(args: Any, dimensions: Any, strides: Any, data: Any) -> None:
        axpy(data, dimensions[0], read(kind, args[1]), args[0], args[2])

    return loop


_BY_KIND = {"select": _selects, "argmax": _argmax, "take": _takes, "put": _puts}
_WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
_KINDS = {"bool": types.boolean, "float32": types.float32, "float64": types.float64} | {
    name: getattr(types, name) for name in _WHOLE
}


class OwnLoops(dict[str, Loop]):
    """The loops by name, each compiled when it is first asked for."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _definition(name) is not None

    def __missing__(self, name: str) -> Loop:
        definition = _definition(name)
        if definition is None:
            raise KeyError(name)
        compiled = numba.cfunc(LOOP, cache=True)(definition[0])
        _kept.append(compiled)
        self[name] = Loop(compiled.address, definition[1])
        return self[name]


_kept: list[Any] = []  # the code lives as long as the object


def _definition(name: str) -> tuple[Callable, int] | None:
    """The loop, and the address that it is given."""
    words = name.split()
    if len(words) == 3 and words[1] == "to" and words[0] in _KINDS and words[2] in _KINDS:
        return _copies(_KINDS[words[0]], _KINDS[words[2]]), 0
    kind = _KINDS.get(words[-1])
    if words[0] in _BY_KIND and kind is not None:
        return _BY_KIND[words[0]](kind), 0
    if words[0] == "axpy" and words[1] in ("float32", "float64"):
        function: Any = AXPY.get(np.dtype(words[1]).char)
        if function is not None:
            return _adds_scaled(kind), ctypes.cast(function, ctypes.c_void_p).value or 0
    return None


register_player(OwnLoops(), play)

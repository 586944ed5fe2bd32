"""NumPy's own loops over numbers, by their addresses.

    np.add(x, y, out)      checks, types, memory: 0.3 microseconds; then one call of

    void loop(char **args, intptr_t *dimensions, intptr_t *strides, void *data)

A ufunc is a table of such loops, one for each combination of types. Whoever knows the address of
the loop, of the arrays, and how many numbers there are, can call it without NumPy and gets
NumPy's digits, since it is NumPy that computes them.

The table stands in a struct of NumPy's C interface. Where it is not found as expected, no loop is
known, and nobody calls any.
"""

import ctypes
from typing import NamedTuple

import numpy as np


class _Ufunc(ctypes.Structure):
    """The beginning of `PyUFuncObject` (numpy/ufuncobject.h)."""

    _fields_ = [
        ("references", ctypes.c_ssize_t),
        ("type", ctypes.c_void_p),
        ("nin", ctypes.c_int),
        ("nout", ctypes.c_int),
        ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("ntypes", ctypes.c_int),
        ("reserved", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("types", ctypes.c_void_p),
    ]


class Loop(NamedTuple):
    """A loop, and what it is given as `data`: addresses."""

    function: int
    data: int


def loop_of(ufunc: np.ufunc, dtypes: tuple[np.dtype, ...]) -> Loop | None:
    """The loop of a ufunc for operands and results of these types; None where there is none."""
    if not KNOWN:
        return None
    struct = _Ufunc.from_address(id(ufunc))
    wanted = bytes(dtype.num for dtype in dtypes)
    for number in range(struct.ntypes):
        start = struct.types + number * struct.nargs
        if ctypes.string_at(start, struct.nargs) == wanted:
            data = struct.data[number] if struct.data else None
            return Loop(struct.functions[number], data or 0)
    return None


def _as_expected(ufunc: np.ufunc) -> bool:
    """Whether the struct says of a ufunc what Python says."""
    struct = _Ufunc.from_address(id(ufunc))
    counts = struct.nin, struct.nout, struct.nargs, struct.ntypes
    return (
        counts == (ufunc.nin, ufunc.nout, ufunc.nargs, ufunc.ntypes)
        and bool(struct.name)
        and struct.name.decode() == ufunc.__name__
        and [bytes([n]) for n in ctypes.string_at(struct.types, struct.nargs)]
        == [bytes([np.dtype(c).num]) for c in ufunc.types[0].replace("->", "")]
    )


KNOWN = (
    hasattr(np.add, "resolve_dtypes")
    and object.__basicsize__ == 2 * ctypes.sizeof(ctypes.c_void_p)  # CPython, with its GIL
    and all(_as_expected(ufunc) for ufunc in (np.add, np.exp, np.matmul, np.maximum))
)

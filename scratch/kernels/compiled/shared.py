"""Loops over long vectors, cut into stretches that threads share.

What an optimizer does to one number does not depend on its neighbours: a vector may be cut
anywhere, and whoever is awake takes the next stretch (see `team`). A step of Adam reads four
vectors and writes three, which is more than the path from one core to memory carries at once.
"""

import functools
from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from scratch.kernels.compiled import team
from scratch.kernels.compiled.loops import LOOP, SIZE, read
from scratch.kernels.openblas import one_thread
from scratch.kernels.table import Function
from scratch.kernels.tape import ADDRESSES, ARRAYS, CALLS, DATA, DIMENSIONS, FUNCTION

WORTH = 1 << 16  # numbers: fewer are computed before another thread has heard of them
EDGE = 1 << 10  # numbers: where a stretch begins is a multiple of them


class Shared:
    """A compiled function of vectors of one length, which threads share where they are long.

    Args:
        compiled: of such vectors, and of numbers of their type, of None and bools.
    """

    def __init__(self, compiled: Function) -> None:
        functools.update_wrapper(self, compiled)
        self._compiled = compiled
        self._loops: dict[tuple[Any, ...], Any] = {}

    def __call__(self, *given: Any) -> None:
        n, dtype, threads = given[0].size, given[0].dtype, min(one_thread.allowed, team.ROWS)
        if n < WORTH or threads == 1 or not team.KNOWN:
            self._compiled(*given)
            return
        kinds = tuple(map(_kind, given))
        loop = self._loops.get((dtype, kinds)) or self._compile(dtype, kinds)
        operands = [x if isinstance(x, np.ndarray) else np.array(x, dtype)
                    for x, kind in zip(given, kinds, strict=True) if kind in _OPERANDS]  # fmt: skip
        addresses = np.array([x.ctypes.data for x in operands], np.int64)
        data = addresses.ctypes.data
        team.team.share(_stretches, threads, loop.address, data, n, dtype.itemsize, threads)

    def _compile(self, dtype: np.dtype, kinds: tuple[str, ...]) -> Any:
        """The loop for arguments of these kinds: it finds them by a table of addresses.

        function(vector(kind, data, args[0], dimensions[0]), number(kind, data + 8), None, ...)
        """
        words, place = [], 0
        for kind in kinds:
            words.append(_OPERANDS.get(kind, kind).format(SIZE * place))
            place += kind in _OPERANDS
        text = f"def loop(args, dimensions, strides, data):\n    function({', '.join(words)})"
        names = {"function": self._compiled, "kind": numba.from_dtype(dtype), "vector": _vector,
                 "number": _number}  # fmt: skip
        exec(text, names)
        self._loops[dtype, kinds] = found = numba.cfunc(LOOP)(names["loop"])
        return found


# What a loop gives to the function for arguments of a kind; others stand for themselves.
_OPERANDS = {
    "vector": "vector(kind, data + {}, args[0], dimensions[0])",
    "number": "number(kind, data + {})",
}


def _kind(given: Any) -> str:
    if given is None or given.__class__ is bool:
        return str(given)
    return "vector" if isinstance(given, np.ndarray) else "number"


@intrinsic
def _pointer(context: Any, kind: Any, address: Any) -> Any:
    """An address, as one of numbers of a type."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.inttoptr(given[1], context.get_value_type(signature.return_type))

    return types.CPointer(kind.dtype)(kind, types.int64), generate


@numba.njit
def _vector(kind: Any, place: int, start: int, n: int) -> np.ndarray:
    """`n` numbers, from byte `start` on, of the vector whose address stands at a place."""
    return numba.carray(_pointer(kind, read(types.int64, place) + start), n)


@numba.njit
def _number(kind: Any, place: int) -> Any:
    return read(kind, read(types.int64, place))


@numba.njit(cache=True, nogil=True)
def _stretches(table: np.ndarray, loop: int, data: int, n: int, size: int, number: int) -> int:
    """Writes a row for each of so many stretches of n numbers; returns how many there are.

    Args:
        size: bytes of a number.
    """
    length = -(-n // (number * EDGE)) * EDGE
    rows = 0
    for start in range(0, n, length):
        row = table[rows]
        row[FUNCTION], row[DATA], row[CALLS], row[ARRAYS] = loop, data, 1, 1
        row[ADDRESSES], row[DIMENSIONS] = start * size, min(length, n - start)
        rows += 1
    return rows

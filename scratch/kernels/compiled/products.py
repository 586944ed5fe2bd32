"""Twins of products: of a large one, which threads share, and of a batch of one with its slopes."""

from typing import Any

import numba
import numpy as np
from numba import types

from scratch.kernels.compiled import team
from scratch.kernels.compiled.twin import twin
from scratch.kernels.inner_loops import loop_of
from scratch.kernels.products import WAKING, blocks
from scratch.kernels.table import FLOAT32, FLOAT64, register_twin
from scratch.kernels.tape import ADDRESSES, ARRAYS, CALLS, DATA, DIMENSIONS, FUNCTION, STRIDES

_LOOPS = {dtype: loop_of(np.matmul, (dtype,) * 3) for dtype in (FLOAT32, FLOAT64)}


@twin("outer")
def outer(x: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    """See `kernels.products`."""
    zero = x.dtype.type(0)
    for i in range(x.size):
        for j in range(y.size):
            out[i, j] = zero + x[0, i] * y[0, j]


def in_blocks(x: np.ndarray, y: np.ndarray, threads: int, out: np.ndarray) -> None:
    """See `kernels.products`; NumPy's own loop computes each block."""
    _, _, first = blocks(x.shape, y.shape)[0]
    m, n = out[first].shape
    loop = _LOOPS[out.dtype]
    assert loop is not None  # see `_fits`
    by_rows = n == out.shape[1]
    team.team.share(_blocks, threads, *loop, x, y, out, by_rows, m if by_rows else n)


def _fits(x: np.ndarray, y: np.ndarray, threads: int, out: np.ndarray) -> bool:
    """Matrices of one type for which NumPy's loop is known.

    While nobody is awake, what is worth the waking is left to threads that are woken.
    """
    three = (x, y, out)
    return (
        team.KNOWN
        and (x.size * y.shape[-1] < WAKING or not team.team.rests)
        and _LOOPS.get(out.dtype) is not None
        and all(a.__class__ is np.ndarray and a.ndim == 2 and a.dtype == out.dtype for a in three)
    )


def _signature(number: Any) -> Any:
    factor = types.Array(number, 2, "A", readonly=True)  # or not, either way
    out, whole = types.Array(number, 2, "A"), types.int64
    table = types.Array(whole, 2, "C")
    return whole(table, whole, whole, factor, factor, out, types.boolean, whole)


@numba.njit([_signature(types.float32), _signature(types.float64)], cache=True, nogil=True)
def _blocks(
    table: np.ndarray, loop: int, data: int,
    x: np.ndarray, y: np.ndarray, out: np.ndarray, by_rows: bool, size: int,
) -> int:  # fmt: skip
    """Writes a row for each block, as `Tape.matmul` does; returns their number.

    Args:
        by_rows: whether x is cut and its rows; else y and its columns.
        size: rows or columns of a block; the last one may have fewer.
    """
    (m, k), n = x.shape, y.shape[1]
    number = 0
    for start in range(0, m if by_rows else n, size):
        row = table[number]
        row[FUNCTION], row[DATA], row[CALLS], row[ARRAYS], row[DIMENSIONS] = loop, data, 1, 3, 1
        row[STRIDES : STRIDES + 3] = 0
        row[ADDRESSES], row[STRIDES + 3 : STRIDES + 5] = x.ctypes.data, x.strides
        row[ADDRESSES + 1], row[STRIDES + 5 : STRIDES + 7] = y.ctypes.data, y.strides
        row[ADDRESSES + 2], row[STRIDES + 7 : STRIDES + 9] = out.ctypes.data, out.strides
        row[DIMENSIONS + 1], row[DIMENSIONS + 2], row[DIMENSIONS + 3] = m, k, n
        if by_rows:
            row[ADDRESSES] += start * x.strides[0]
            row[ADDRESSES + 2] += start * out.strides[0]
            row[DIMENSIONS + 1] = min(size, m - start)
        else:
            row[ADDRESSES + 1] += start * y.strides[1]
            row[ADDRESSES + 2] += start * out.strides[1]
            row[DIMENSIONS + 3] = min(size, n - start)
        number += 1
    return number


register_twin("in blocks", in_blocks, _fits)

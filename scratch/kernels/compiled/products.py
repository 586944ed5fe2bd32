"""Twins of products: of a large one, which threads share, and of a batch of one with its slopes."""

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
from numba import types

from scratch.kernels.compiled import team
from scratch.kernels.compiled.axpy import ADDRESSES as AXPY_ADDRESSES
from scratch.kernels.compiled.loops import axpy
from scratch.kernels.compiled.shared import EDGE
from scratch.kernels.compiled.twin import twin
from scratch.kernels.inner_loops import loop_of
from scratch.kernels.openblas import one_thread
from scratch.kernels.products import WAKING, blocks
from scratch.kernels.table import FLOAT32, FLOAT64, are_floats, register_twin
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


# A batch of one: the weights take their slopes in, and no gradient is written -------------------


def add_scaled_outers(
    y: np.ndarray, a: Any, pieces: Sequence[tuple[int, np.ndarray, np.ndarray]], g: np.ndarray
) -> None:
    """See `kernels.products`. The BLAS adds stretches that begin where `axpy` says."""
    address, done = AXPY_ADDRESSES[y.dtype.char], 0
    with one_thread:
        for start, x, d in pieces:
            done = _add_piece(address, y, a, g, done, start, x, d)
        _add_rest(address, y, a, g, done)


def _are_pieces(y: np.ndarray, a: Any, pieces: Any, g: np.ndarray) -> bool:
    factors = [x for _, *both in pieces for x in both]
    return y.ndim == 1 and y.dtype.char in AXPY_ADDRESSES and are_floats(y, a, g, *factors)


@numba.njit(nogil=True, error_model="numpy", cache=True)
def _add_rest(address: int, y: np.ndarray, a: Any, g: np.ndarray, done: int) -> None:
    if done < y.size:
        size = y.itemsize
        axpy(address, y.size - done, a, g.ctypes.data + done * size, y.ctypes.data + done * size)


@numba.njit(nogil=True, error_model="numpy", cache=True)
def _add_piece(
    address: int, y: np.ndarray, a: Any, g: np.ndarray, done: int, start: int, x: np.ndarray,
    d: np.ndarray,
) -> int:  # fmt: skip
    """What lies before the piece and the piece, up to its last whole stretch; how far that is.

    The ends of the piece, which share a stretch with their neighbours, are written into g.
    """
    size, stop = y.itemsize, start + x.size * d.size
    first, last = -(-start // EDGE) * EDGE, stop // EDGE * EDGE
    if last <= first:
        _outer_part(x, d, 0, g[start:stop])
        return done
    _outer_part(x, d, 0, g[start:first])
    if done < first:
        axpy(address, first - done, a, g.ctypes.data + done * size, y.ctypes.data + done * size)
    part = np.empty(EDGE, y.dtype)
    for at in range(first, last, EDGE):
        _outer_part(x, d, at - start, part)
        axpy(address, EDGE, a, part.ctypes.data, y.ctypes.data + at * size)
    _outer_part(x, d, last - start, g[last:stop])
    return last


@numba.njit(nogil=True, error_model="numpy", cache=True)
def _outer_part(x: np.ndarray, d: np.ndarray, at: int, out: np.ndarray) -> None:
    """Numbers of `outer`, from one on, row after row."""
    zero, m, done = out.dtype.type(0), d.size, 0
    while done < out.size:
        i, j = (at + done) // m, (at + done) % m
        n = min(m - j, out.size - done)
        factor, row, part = x[0, i], d[0, j : j + n], out[done : done + n]
        for k in range(n):
            part[k] = zero + factor * row[k]
        done += n


register_twin("add_scaled_outers", add_scaled_outers, _are_pieces)

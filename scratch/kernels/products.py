"""The product of matrices, cut into blocks by its shape alone.

    z = x y            x: (..., m, k)    y: (..., k, n)    z: (..., m, n)
    z[block] = x[rows of the block] y[columns of the block]

Which blocks there are belongs to the definition of the product: never does it depend on the number
of cores, on who else is busy or on a setting. Each is computed by the BLAS on one thread, so that
one thread that takes all of them, one after the other, gives the very digits of many that share
them. What is not worth the sharing is one block: NumPy's threads sleep, and are woken for large
products alone; compiled ones are awake from layer to layer (`compiled.team`).
"""

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from types import EllipsisType
from typing import Any

import numpy as np

from scratch.kernels.axpy import add_scaled
from scratch.kernels.openblas import one_thread
from scratch.kernels.recorded import Refused, active
from scratch.kernels.table import kernel
from scratch.kernels.workers import workers

FIRST = 1 << 22  # multiplications: so many are two blocks, of a twentieth of a millisecond each
BLOCK = 1 << 23  # of so many each, blocks are four or eight
WAKING = 3 << 22  # so many are worth waking a thread that sleeps
MOST = 8  # blocks
EDGE = 16  # rows or columns: kernels of the BLAS compute so many together, or a part of so many
ALONE = 9_216  # up to so many multiplications OpenBLAS never divides a product by itself

Index = tuple[slice | EllipsisType, ...]


def matmul(x: np.ndarray, y: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """`x @ y`, with digits that depend on neither cores nor settings.

    Args:
        x: (..., m, k), or (k,).
        y: (..., k, n), or (k,).
        out: where the product is written.
    """
    work = x.size * y.shape[-1] if y.ndim > 1 else x.size
    if work <= ALONE:
        return np.matmul(x, y, out=out)
    with one_thread as blas:
        if work < FIRST or not can_be_cut(x.shape, y.shape):
            return np.matmul(x, y, out=out)
        if out is None:
            out = np.empty((*x.shape[:-1], y.shape[-1]), np.result_type(x, y))
        return in_blocks(x, y, blas.allowed, out)


@kernel("in blocks")
def in_blocks(x: np.ndarray, y: np.ndarray, threads: int, out: np.ndarray) -> np.ndarray:
    """`x @ y`, block after block, on so many threads at most."""
    if active() is not None:
        raise Refused("a product so large that threads share it")
    parts = [
        functools.partial(np.matmul, x[i], y[j], out=out[k]) for i, j, k in blocks(x.shape, y.shape)
    ]
    if x.size * y.shape[-1] < WAKING:
        for part in parts:
            part()
    else:
        workers.compute(parts, threads)
    return out


def transposed_matmul(x: np.ndarray, y: np.ndarray, out: np.ndarray) -> np.ndarray:
    """`x^T y`, into `out`; x: (rows, n), y: (rows, m)."""
    return outer(x, y, out) if len(x) == 1 else matmul(x.T, y, out=out)


@kernel("outer")
def outer(x: np.ndarray, y: np.ndarray, out: np.ndarray) -> np.ndarray:
    """`0 + x^T y`, of a single row: the sum makes every zero positive.

    NumPy's matmul makes a loop of it without the BLAS, which takes several times as long.
    """
    return np.einsum("ki,kj->ij", x, y, out=out, casting="same_kind")


@kernel("add_scaled_outers")
def add_scaled_outers(
    y: np.ndarray, a: Any, pieces: Sequence[tuple[int, np.ndarray, np.ndarray]], g: np.ndarray
) -> np.ndarray:
    """`y += a g`, where pieces of g are outer products that have not been computed yet.

    Args:
        y: (n,), changed in place.
        a: a number of its type.
        pieces: of each the place in g where it begins, and its factors, (1, k) and (1, m): it is
            `outer` of them, row after row. In order, none over another.
        g: (n,); the pieces are written there, or not.
    """
    for start, x, d in pieces:
        size = x.size * d.size
        outer(x, d, g[start : start + size].reshape(x.size, d.size))
    add_scaled(y, a, g)
    return g


def product_of(x: tuple[int, ...], y: tuple[int, ...]) -> tuple[Callable, bool]:
    """What computes a product of these shapes, and whether inside `one_thread` alone.

    NumPy's own function, where `matmul` would call it once. Arguments are x, y and, in third place,
    out.
    """
    work = math.prod(x) * (y[-1] if len(y) > 1 else 1)
    one_block = work < FIRST or not can_be_cut(x, y)
    return np.matmul if one_block else matmul, work > ALONE


def contract(equation: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`einsum(equation, x, y)`, by a product of matrices where it is one; one block."""
    with one_thread:
        return np.einsum(equation, x, y, optimize=True)


def can_be_cut(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    """Whether both are matrices, or `x` is a stack of them and `y` one for all or one for each."""
    return len(x) > 1 and len(y) > 1 and (len(y) == 2 or x[:-2] == y[:-2])


@functools.lru_cache(maxsize=1024)
def blocks(x: tuple[int, ...], y: tuple[int, ...]) -> tuple[tuple[Index, Index, Index], ...]:
    """Where the factors and the product of each block stand.

    Stacks are cut along their first axis, and products of two matrices along the longer side of the
    result, into 2, 4 or 8 blocks.

    Args:
        x, y: shapes of the factors.
    """
    m, n = x[-2], y[-1]
    work = math.prod(x) * n
    number = min(MOST, 1 << int(math.log2(max(2, work // BLOCK)))) if work >= FIRST else 1
    every = slice(None)
    if len(x) > 2:
        stacks = list(_stretches(x[0], number, 1))
        return tuple(((s,), (s,) if len(y) > 2 else (...,), (s,)) for s in stacks)
    if m >= n:
        return tuple(((s, every), (every, every), (s, every)) for s in _stretches(m, number, EDGE))
    return tuple(((every, every), (every, s), (every, s)) for s in _stretches(n, number, EDGE))


def _stretches(length: int, number: int, multiple: int) -> Iterator[slice]:
    """At most so many stretches of about one length, which begin at multiples."""
    size = -(-length // (number * multiple)) * multiple
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))

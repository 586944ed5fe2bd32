"""y <- y + a x in one pass, which NumPy has no name for.

`w -= lr * g` passes over memory twice: once to write the product, once to subtract it. The BLAS's
`axpy` does it in one pass, and rounds once where NumPy rounds twice. Where there is none, two
passes do the same.
"""

from typing import Any

import numpy as np

from scratch.kernels.openblas import AXPY, one_thread
from scratch.kernels.table import kernel

KNOWN = bool(AXPY)
ALONE = 10_000  # up to so many numbers OpenBLAS adds on one thread


def add_scaled(y: Any, a: Any, x: np.ndarray) -> None:
    """`y += a x`, in place; arrays of one shape and type, `a` a number."""
    if y.__class__ is not np.ndarray:  # one that writes its operations down
        y.add_scaled(a, x)
        return
    axpy = AXPY.get(y.dtype.char)
    if axpy is None or not (y.flags.c_contiguous and x.flags.c_contiguous and x.dtype == y.dtype):
        y += x * y.dtype.type(a)
    elif y.size <= ALONE:
        axpy(y.size, a, _address(x), 1, _address(y), 1)
    else:
        add_scaled_long(y, y.dtype.type(a), x)


@kernel("add scaled")
def add_scaled_long(y: np.ndarray, a: Any, x: np.ndarray) -> None:
    """`y += a x`, of n numbers by the BLAS."""
    with one_thread:
        AXPY[y.dtype.char](y.size, a, _address(x), 1, _address(y), 1)


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]

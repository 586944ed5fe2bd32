"""y <- y + a x in one pass, which NumPy has no name for, and x^T y, where it is slow for one row.

`w -= lr * g` passes over memory twice: once to write the product, once to subtract it. The BLAS's
`axpy` does it in one pass and on all its threads, which divide the vectors as they divided the
matrix product that g came from: so each finds its part in the cache of its own core. It rounds once
where NumPy rounds twice.

It is reached with ctypes in the library that NumPy's wheels bring along; where there is none, two
passes do the same.
"""

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def _find() -> dict[str, Callable]:
    """`axpy` by the character of its type; empty where there is none, or another BLAS."""
    package = Path(np.__file__).parent
    folders = (package.parent / "numpy.libs", package / ".libs", package / ".dylibs")
    for path in (p for folder in folders for p in folder.glob("*openblas64_*")):
        try:
            library = ctypes.CDLL(str(path))
            single, double = library.scipy_cblas_saxpy64_, library.scipy_cblas_daxpy64_
        except (OSError, AttributeError):
            continue
        size, pointer = ctypes.c_int64, ctypes.c_void_p
        for function, scalar in ((single, ctypes.c_float), (double, ctypes.c_double)):
            function.argtypes = [size, scalar, pointer, size, pointer, size]
            function.restype = None
        return {"f": single, "d": double}
    return {}


_AXPY = _find()
KNOWN = bool(_AXPY)


def add_scaled(y: np.ndarray, a: Any, x: np.ndarray) -> None:
    """`y += a x`, in place; arrays of one shape and type, `a` a number."""
    axpy = _AXPY.get(y.dtype.char)
    if axpy is None or not (y.flags.c_contiguous and x.flags.c_contiguous and x.dtype == y.dtype):
        y += x * y.dtype.type(a)
        return
    axpy(y.size, a, _address(x), 1, _address(y), 1)


def transposed_matmul(x: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    """`x^T y`, into `out`; x: (rows, n), y: (rows, m).

    Of a single row NumPy's matmul makes a loop without the BLAS, which takes several times as long.
    """
    if len(x) == 1:
        np.einsum("ki,kj->ij", x, y, out=out, casting="same_kind")
    else:
        np.matmul(x.T, y, out=out)


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]

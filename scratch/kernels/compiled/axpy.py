"""Twin of y <- y + a x: the BLAS's own, which threads share.

It adds some tens of numbers at a time, and a rest one by one, perhaps with another rounding: a
stretch begins at a multiple of them, so that the rest is the same numbers, whoever computes them.
"""

import ctypes
from typing import Any

import numba
import numpy as np

from scratch.kernels.compiled.loops import axpy
from scratch.kernels.compiled.shared import Shared
from scratch.kernels.openblas import AXPY, one_thread
from scratch.kernels.table import are_floats, register_twin


def _address(function: Any) -> int | None:
    return ctypes.cast(function, ctypes.c_void_p).value


ADDRESSES = {character: _address(function) for character, function in AXPY.items()}


def _shared(character: str) -> Shared:
    address = ADDRESSES[character]  # not kept on disk: it is another one in the next process

    def add_scaled(y: np.ndarray, a: Any, x: np.ndarray) -> None:
        axpy(address, y.size, a, x.ctypes.data, y.ctypes.data)

    return Shared(numba.njit(nogil=True)(add_scaled))


_BY_TYPE = {character: _shared(character) for character in AXPY}


def add_scaled_long(y: np.ndarray, a: Any, x: np.ndarray) -> None:
    """See `kernels.axpy`."""
    with one_thread:
        _BY_TYPE[y.dtype.char](y, a, x)


register_twin("add scaled", add_scaled_long, are_floats)

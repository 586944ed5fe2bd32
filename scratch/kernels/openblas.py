"""NumPy's own OpenBLAS: what of it NumPy has no name for, and how many threads it uses.

Its threads divide a product among themselves, and how they do decides in which order numbers are
added: with another number of threads, another digit. They also wait for one another without
sleeping, so that on a busy machine one that is not given a core holds up all the others. Both end
where it computes on one thread, the caller's; what is large is divided by `products` instead.

It is reached with ctypes in the library that NumPy's wheels bring along. Where there is none (NumPy
with another BLAS), nothing is found and nothing is set.
"""

import contextlib
import ctypes
import glob
import os
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

_size, _pointer = ctypes.c_int64, ctypes.c_void_p


def _library() -> Any:
    package = os.path.dirname(np.__file__)
    inside = (os.path.join(package, name) for name in (".libs", ".dylibs"))
    for folder in (f"{package}.libs", *inside):
        for path in glob.iglob(os.path.join(glob.escape(folder), "*openblas64_*")):
            with contextlib.suppress(OSError):
                return ctypes.CDLL(path)
    return None


def _find(name: str, arguments: list[Any], result: Any = None) -> Callable | None:
    try:
        function = getattr(_LIBRARY, f"scipy_{name}64_")
    except AttributeError:
        return None
    function.argtypes, function.restype = arguments, result
    return function


_LIBRARY = _library()
_get_threads = _find("openblas_get_num_threads", [], ctypes.c_int)
_set_threads = _find("openblas_set_num_threads", [ctypes.c_int])
# y <- y + a x, by the character of its type.
AXPY = {
    character: function
    for character, letter, scalar in (("f", "s", ctypes.c_float), ("d", "d", ctypes.c_double))
    if (function := _find(f"cblas_{letter}axpy", [_size, scalar, _pointer, _size, _pointer, _size]))
}
# Whether its number of threads can be read and set.
KNOWN = _get_threads is not None and _set_threads is not None


class OneThread:
    """Inside the `with` block OpenBLAS computes on the caller's thread alone.

    The number is one of the whole process: whoever comes in first sets it, whoever leaves last puts
    back what was there, so that the products of others are as they were.
    """

    def __init__(self) -> None:
        self._lock, self._inside, self._before = threading.Lock(), 0, 1
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._alone)

    def _alone(self) -> None:
        """In a forked process nobody is inside: its only thread is the one that has forked."""
        if self._inside and self._before > 1 and _set_threads is not None:
            _set_threads(self._before)
        self._lock, self._inside = threading.Lock(), 0

    @property
    def allowed(self) -> int:
        """How many threads OpenBLAS would use outside: all cores, or what the user limits it to.

        (By `OPENBLAS_NUM_THREADS`, or threadpoolctl.) 1 where that is not known.
        """
        if self._inside:
            return self._before
        return _get_threads() if _get_threads is not None else 1

    def __enter__(self) -> "OneThread":
        if _get_threads is not None and _set_threads is not None:
            with self._lock:
                if not self._inside:
                    self._before = _get_threads()
                    if self._before > 1:
                        _set_threads(1)
                self._inside += 1
        return self

    def __exit__(self, *error: Any) -> None:
        if _set_threads is not None and self._inside:
            with self._lock:
                self._inside -= 1
                if not self._inside and self._before > 1:
                    _set_threads(self._before)


one_thread = OneThread()  # there is one OpenBLAS

"""Denormals: numbers too close to zero to have all their digits (below 1.2e-38 in float32).

A processor computes with them up to a hundred times slower, and Adam makes them by the thousand:
the momentum of a weight whose gradient stays zero shrinks by a tenth in every step, for ever.
TensorFlow has the processor take them for zero (quirk K7), and so do the training loops here. The
switch is a bit in the floating-point environment of C (`fegetenv`, `fesetenv`); where its place is
not known, nothing is switched, which costs time and changes no digit that anybody sees.
"""

import contextlib
import ctypes
import functools
import platform
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

from scratch import quirks

P = ParamSpec("P")
R = TypeVar("R")

# Where C's `fenv_t` keeps the control register, as a number of 32-bit words, and which bits of the
# register mean "results that would be denormal are zero" and "operands that are denormal are zero".
_REGISTER = {("Linux", "x86_64"): (7, 0x8000 | 0x0040), ("Linux", "aarch64"): (0, 1 << 24)}
_PLACE = _REGISTER.get((platform.system(), platform.machine()))
KNOWN = _PLACE is not None
_Environment = ctypes.c_uint32 * 16  # larger than any fenv_t
C = ctypes.CDLL(None) if _PLACE else None
if C is not None and not hasattr(C, "fesetenv"):  # glibc keeps it in its mathematical half
    C = ctypes.CDLL("libm.so.6")


class FlushToZero:
    """Inside the `with` block, this thread takes denormals for zero; but see `paused`."""

    def __init__(self) -> None:
        self._active = C is not None and _PLACE is not None and quirks.active("K7")
        if self._active:
            word, bits = _PLACE  # type: ignore[misc]
            self._before = _Environment()
            C.fegetenv(self._before)  # type: ignore[union-attr]
            self._during = _Environment.from_buffer_copy(self._before)
            self._during[word] |= bits

    def __enter__(self) -> "FlushToZero":
        self._set("_during")
        return self

    def __exit__(self, *error: Any) -> None:
        self._set("_before")

    def _set(self, environment: str) -> None:
        if self._active:
            C.fesetenv(getattr(self, environment))  # type: ignore[union-attr]

    def paused(self, function: Callable) -> Callable:
        """A user's `function`, with denormals switched back on while it runs."""
        if not self._active:
            return function

        def outside(*args: Any, **kwargs: Any) -> Any:
            self._set("_before")
            try:
                return function(*args, **kwargs)
            finally:
                self._set("_during")

        return outside

    def fetched(self, iterator: Iterator[Any]) -> Iterator[Any]:
        """What a user's `iterator` gives, with denormals switched back on while it runs."""
        fetch = self.paused(functools.partial(next, iterator))
        while True:
            try:
                found = fetch()
            except StopIteration:
                return
            yield found


def environment() -> Any:
    """The floating-point environment of this thread; None where it is not known."""
    if C is None:
        return None
    found = _Environment()
    C.fegetenv(found)
    return found


@contextlib.contextmanager
def as_in(given: Any) -> Iterator[None]:
    """Inside the `with` block this thread treats denormals as the one that `given` is of."""
    before = environment()
    if C is not None and given is not None:
        C.fesetenv(given)
    try:
        yield
    finally:
        if C is not None:
            C.fesetenv(before)


def flushed_to_zero(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: inside `function`, this thread takes denormals for zero."""

    @functools.wraps(function)
    def flushed(*args: P.args, **kwargs: P.kwargs) -> R:
        flush = FlushToZero()
        try:
            with flush:
                return function(*args, **kwargs)
        finally:
            flush.__exit__()  # once more: an interrupt may have come just before the first time

    return flushed

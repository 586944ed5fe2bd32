"""Denormals: numbers too close to zero to have all their digits (below 1.2e-38 in float32).

A processor computes with them up to a hundred times slower, and Adam makes them by the thousand:
the momentum of a weight whose gradient stays zero shrinks by a tenth in every step, for ever.
TensorFlow has the processor take them for zero (quirk K7), and so do the training loops here. The
switch is a bit in the floating-point environment of C (`fegetenv`, `fesetenv`); where its place is
not known, nothing is switched, which costs time and changes no digit that anybody sees.
"""

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager

from scratch import quirks

# Where C's `fenv_t` keeps the control register, as a number of 32-bit words, and which bits of the
# register mean "results that would be denormal are zero" and "operands that are denormal are zero".
_REGISTER = {("Linux", "x86_64"): (7, 0x8000 | 0x0040), ("Linux", "aarch64"): (0, 1 << 24)}
_PLACE = _REGISTER.get((platform.system(), platform.machine()))
KNOWN = _PLACE is not None
_Environment = ctypes.c_uint32 * 16  # larger than any fenv_t
_C = ctypes.CDLL(None) if _PLACE else None
if _C is not None and not hasattr(_C, "fesetenv"):  # glibc keeps it in its mathematical half
    _C = ctypes.CDLL("libm.so.6")


@contextmanager
def flushed_to_zero() -> Iterator[None]:
    """Inside the `with` block, this thread takes denormals for zero."""
    if _C is None or _PLACE is None or not quirks.active("K7"):
        yield
        return
    word, bits = _PLACE
    before = _Environment()
    _C.fegetenv(before)
    during = _Environment.from_buffer_copy(before)
    during[word] |= bits
    _C.fesetenv(during)
    try:
        yield
    finally:
        _C.fesetenv(before)

"""Complex steps: f(x + ih) = f(x) + ih f'(x), to the last digit for a small h.

Functions that branch do so on the real part, so that a complex step differentiates them.
"""

from typing import Any


def is_complex(x: Any) -> bool:
    """Whether `x` is an array of complex numbers."""
    return getattr(x, "dtype", None) is not None and x.dtype.kind == "c"


def real(x: Any) -> Any:
    """The real part of an array of complex numbers; anything else itself."""
    return x.real if is_complex(x) else x

"""How a twin is compiled: so that every number is rounded as NumPy rounds it.

no fast-math             nothing is reordered, no product is added unrounded (a fused a b + c)
errors as in NumPy       1 / 0 is infinite
kept beside the file     another process finds it there: a first call of two seconds, once
"""

from collections.abc import Callable

import numba

from scratch.kernels.table import Fits, Function, are_floats, register_twin

compiled = numba.njit(error_model="numpy", fastmath=False, cache=True, nogil=True)


def twin(
    name: str, fits: Fits = are_floats, called: Callable[[Function], Function] | None = None
) -> Callable[[Function], Function]:
    """Decorator: the function is compiled, and is the twin of the kernel of that name.

    Args:
        name: of the kernel.
        fits: whether the twin was written for some arguments; others are NumPy's.
        called: makes of the compiled function what is called in its place.
    """

    def register(function: Function) -> Function:
        found = compiled(function)
        register_twin(name, called(found) if called else found, fits)
        return found

    return register

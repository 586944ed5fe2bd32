"""Passes over a batch in which no sample depends on another, in parts that threads share.

    in_parts(lambda rows: np.maximum(x[rows], y[rows], out=y[rows]), samples, numbers)

Which parts there are depends on the batch alone, as with products (see `kernels.products`): a part
may compute a product of its own, and gives the same digits whoever computes it.
"""

import functools
from collections.abc import Callable

import numpy as np

from scratch.kernels.openblas import one_thread
from scratch.kernels.recorded import Refused, active
from scratch.kernels.workers import workers

WORTH = 1 << 19  # numbers: fewer are passed over before another thread is awake
PARTS = 4  # more than threads, mostly: who is held up takes fewer


def in_parts(compute: Callable[[slice], object], samples: int, numbers: int) -> None:
    """Computes a batch, a slice of its samples at a time; products on one thread of the BLAS.

    Args:
        compute: does it for a slice.
        samples: of the batch.
        numbers: that all passes read or write, about.
    """
    if samples < 2 or numbers < WORTH:
        compute(slice(0, samples))
        return
    if active() is not None:
        raise Refused("a pass so long that threads share it")
    errors = np.geterr()  # NumPy's, of this thread

    def part(start: int) -> None:
        with np.errstate(**errors):
            compute(slice(start, min(start + size, samples)))

    size = -(-samples // PARTS)
    with one_thread as blas:
        workers.compute(
            [functools.partial(part, start) for start in range(0, samples, size)], blas.allowed
        )

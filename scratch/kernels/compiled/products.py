"""Twin of the outer product, which is what a batch of one gives for the weights."""

import numpy as np

from scratch.kernels.compiled.twin import twin


@twin("outer")
def outer(x: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    """See `kernels.products`."""
    zero = x.dtype.type(0)
    for i in range(x.size):
        for j in range(y.size):
            out[i, j] = zero + x[0, i] * y[0, j]

"""NumPy's functions of matrices, which are LAPACK's, on the caller's thread alone.

With another number of threads the same numbers would be added in another order: see `openblas`.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.kernels.openblas import one_thread


def _alone(function: Callable) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with one_thread:
            return function(*args, **kwargs)

    return call


cholesky = _alone(np.linalg.cholesky)
det = _alone(np.linalg.det)
eig = _alone(np.linalg.eig)
eigh = _alone(np.linalg.eigh)
inv = _alone(np.linalg.inv)
pinv = _alone(np.linalg.pinv)
qr = _alone(np.linalg.qr)
slogdet = _alone(np.linalg.slogdet)
solve = _alone(np.linalg.solve)
svd = _alone(np.linalg.svd)

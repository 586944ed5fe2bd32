"""Twins for batches of rows: mean and variance of every column, and what is done with them.

A sum over the rows of several columns is NumPy's in this order: row after row, from zero. Of one
column, or along the rows, NumPy adds pairwise: that is left to it.
"""

from typing import Any

import numpy as np

from scratch.kernels.compiled.twin import twin
from scratch.kernels.table import are_floats

Array = np.ndarray


def _over_rows(x: Array, axes: Any, *arrays: Array) -> bool:
    return axes == (0,) and x.ndim == 2 and x.shape[1] > 1 and are_floats(x, *arrays)


@twin("moments", _over_rows)
def moments(x: Array, axes: Any, mean: Array, deviation: Array, variance: Array) -> None:
    """See `layers.normalization.standardize`."""
    n, units = x.shape
    zero = x.dtype.type(0)
    for j in range(units):
        mean[0, j] = variance[0, j] = zero
    for i in range(n):
        for j in range(units):
            mean[0, j] += x[i, j]
    for j in range(units):
        mean[0, j] /= n  # in float64, as NumPy does, and rounded
    for i in range(n):
        for j in range(units):
            deviation[i, j] = x[i, j] - mean[0, j]
            variance[0, j] += deviation[i, j] * deviation[i, j]
    for j in range(units):
        variance[0, j] /= n


def _of_rows(x: Array, factor: Array, shift: Array, y: Array) -> bool:
    wide = (1, *x.shape[1:])
    return x.ndim == 2 and factor.shape == shift.shape == wide and are_floats(x, factor, shift, y)


@twin("multiply_add", _of_rows)
def multiply_add(x: Array, factor: Array, shift: Array, y: Array) -> None:
    """See `layers.normalization.standardize`. The product is rounded before it is added."""
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = x[i, j] * factor[0, j] + shift[0, j]

"""Twins of activations and their derivatives, as far as they need no e^x; and of dropout's mask.

With the bias before, and with its gradient behind, they pass over a layer's rows once.
"""

from typing import Any

import numpy as np

from scratch.kernels.compiled.shared import Shared
from scratch.kernels.compiled.twin import twin
from scratch.kernels.table import are_floats

Array = np.ndarray


@twin("relu", called=Shared)
def relu(z: Array, y: Array) -> None:
    """See `activations.rectifiers`. Either zero gives 0, NaN gives NaN."""
    z, y = z.ravel(), y.ravel()
    zero = z.dtype.type(0)
    for i in range(z.size):
        y[i] = z[i] if z[i] > zero or z[i] != z[i] else zero


@twin("relu_backward", called=Shared)
def relu_backward(dy: Array, y: Array, dz: Array) -> None:
    """See `activations.rectifiers`. A product, since of infinity and 0 it is NaN."""
    dy, y, dz = dy.ravel(), y.ravel(), dz.ravel()
    zero, size = y.dtype.type(0), y.dtype.type(y.size)
    # The compiler must not see that this is 1: it would leave the product out, and with it what
    # becomes of a denormal that is taken for zero.
    one = size / size
    for i in range(y.size):
        dz[i] = dy[i] * (one if y[i] > zero else zero)


@twin("sigmoid_backward")
def sigmoid_backward(dy: Array, y: Array, dz: Array) -> None:
    """See `activations.sigmoids`."""
    dy, y, dz = dy.ravel(), y.ravel(), dz.ravel()
    one = y.dtype.type(1)
    for i in range(y.size):
        dz[i] = dy[i] * (y[i] * (one - y[i]))


@twin("tanh_backward")
def tanh_backward(dy: Array, y: Array, dz: Array) -> None:
    """See `activations.sigmoids`."""
    dy, y, dz = dy.ravel(), y.ravel(), dz.ravel()
    one = y.dtype.type(1)
    for i in range(y.size):
        dz[i] = dy[i] * (one - y[i] * y[i])


def _rows_and_one(*given: Array) -> bool:
    """Rows, and one row beside or behind them.

    Not columns of one number each, which NumPy adds pairwise.
    """
    return given[0].ndim == 2 and given[0].shape[1] > 1 and are_floats(*given)


@twin("relu_of_sum", _rows_and_one)
def relu_of_sum(z: Array, b: Array, y: Array) -> None:
    """See `activations.rectifiers`."""
    zero = z.dtype.type(0)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            s = z[i, j] + b[j]
            y[i, j] = s if s > zero or s != s else zero


@twin("relu_backward_and_sum", _rows_and_one)
def relu_backward_and_sum(dy: Array, y: Array, dz: Array, db: Array) -> None:
    """See `activations.rectifiers`; the product as above."""
    zero, size = y.dtype.type(0), y.dtype.type(y.size)
    one = size / size
    db[:] = zero
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            slope = dy[i, j] * (one if y[i, j] > zero else zero)
            dz[i, j] = slope
            db[j] += slope


@twin("sigmoid_backward_and_sum", _rows_and_one)
def sigmoid_backward_and_sum(dy: Array, y: Array, dz: Array, db: Array) -> None:
    """See `activations.sigmoids`."""
    one = y.dtype.type(1)
    db[:] = y.dtype.type(0)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            slope = dy[i, j] * (y[i, j] * (one - y[i, j]))
            dz[i, j] = slope
            db[j] += slope


@twin("tanh_backward_and_sum", _rows_and_one)
def tanh_backward_and_sum(dy: Array, y: Array, dz: Array, db: Array) -> None:
    """See `activations.sigmoids`."""
    one = y.dtype.type(1)
    db[:] = y.dtype.type(0)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            slope = dy[i, j] * (one - y[i, j] * y[i, j])
            dz[i, j] = slope
            db[j] += slope


def _whole_mask(x: Array, dropped: Array, scale: Any, y: Array) -> bool:
    return dropped.shape == x.shape and dropped.flags.c_contiguous and are_floats(x, scale, y)


@twin("drop", _whole_mask)
def drop(x: Array, dropped: Array, scale: Any, y: Array) -> None:
    """See `layers.regularization.dropout`."""
    x, dropped, y = x.ravel(), dropped.ravel(), y.ravel()
    zero = x.dtype.type(0)
    for i in range(x.size):
        y[i] = zero if dropped[i] else x[i] * scale

"""Diagonals and triangles of matrices.

y = the diagonal of X       dX = dy, put on the diagonal of zeros
y = a triangle of X         dX = the same triangle of dy
"""

from typing import Any

import numpy as np

from scratch import config
from scratch.ops.casting import convert_to_tensor
from scratch.ops.graph.eager import eager
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.reduction import sum
from scratch.ops.shape import ravel


def _diagonal_derivative(dy: Any, y: Any, x: Any, offset: int, axis1: int, axis2: int) -> Any:
    return _on_diagonal(dy, x, offset=offset, axis1=axis1, axis2=axis2)


@operation(error=ValueError, derivative=_diagonal_derivative)
def diagonal(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """A diagonal of the matrices that lie in `axis1` and `axis2`; it is the last axis.

    Args:
        x: two axes or more.
        offset: above the main diagonal, or below it where it is negative.
        axis1, axis2: of the matrices.

    Raises:
        ValueError: for axes that `x` does not have.
    """
    return np.diagonal(x, offset, axis1, axis2)


def _on_diagonal_derivative(
    dy: Any, y: Any, x: Any, like: Any, offset: int, axis1: int, axis2: int
) -> tuple:
    return diagonal(dy, offset, axis1, axis2), None


@operation(derivative=_on_diagonal_derivative)
def _on_diagonal(
    x: Tensor, like: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1
) -> Tensor:
    """Zeros in the shape of `like`, with `x` on a diagonal."""
    y = np.zeros(like.shape, x.dtype)
    matrices = np.moveaxis(y, (axis1, axis2), (-2, -1))
    rows = np.arange(x.shape[-1]) + max(-offset, 0)
    matrices[..., rows, np.arange(x.shape[-1]) + max(offset, 0)] = x
    return y


@operation(derivative=lambda dy, y, x, k: diagonal(dy, k))
def _matrix(x: Tensor, k: int = 0) -> Tensor:
    return np.diag(x, k)


def diag(x: Any, k: int = 0) -> Any:
    """Of a vector the matrix with it on diagonal `k`; of a matrix its diagonal `k`.

    Raises:
        ValueError: for anything else.
    """
    x = convert_to_tensor(x)
    if x.ndim == 1:
        return _matrix(x, k=k)
    if x.ndim == 2:
        return diagonal(x, k)
    raise ValueError(f"`x` must be 1d or 2d. Received: x.shape={x.shape}")


def diagflat(x: Any, k: int = 0) -> Any:
    """The matrix with all numbers of `x` on diagonal `k`."""
    return _matrix(ravel(x), k=k)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of a diagonal; arguments and errors as of `diagonal`."""
    return sum(diagonal(x, offset, axis1, axis2), axis=-1)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> np.ndarray:
    """Ones on and below diagonal `k`, zeros above; (N, M), with M = N by default."""
    return eager(np.tri(N, M, k, dtype or config.floatx()))


def _tril_derivative(dy: Any, y: Any, x: Any, k: int) -> Any:
    return tril(dy, k)


@operation(derivative=_tril_derivative)
def tril(x: Tensor, k: int = 0) -> Tensor:
    """`x` with zeros above diagonal `k` of the last two axes."""
    return np.tril(x, k)


def _triu_derivative(dy: Any, y: Any, x: Any, k: int) -> Any:
    return triu(dy, k)


@operation(derivative=_triu_derivative)
def triu(x: Tensor, k: int = 0) -> Tensor:
    """`x` with zeros below diagonal `k` of the last two axes."""
    return np.triu(x, k)


def identity(n: int, dtype: Any = None) -> np.ndarray:
    """Ones on the diagonal, zeros elsewhere; (n, n)."""
    return eager(np.eye(n, dtype=dtype or config.floatx()))

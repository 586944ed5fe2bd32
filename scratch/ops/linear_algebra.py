"""Products of matrices and tensors, and norms.

    Y = A B        dA = dY B^T        dB = A^T dY

Every product here is *bilinear*: the number <dY, A B> is linear in dY, in A and in B. Its three
partial derivatives are the product itself and the two operations that give dA and dB; and those
are bilinear in turn, with the same three as their derivatives. So a derivative of any order is
made of the same three operations.
"""

import math
from typing import Any

import numpy as np

from scratch.kernels import products
from scratch.kernels.openblas import one_thread
from scratch.ops.arithmetic import (
    multiply,
)
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.reduction import sum_to
from scratch.ops.shape import reshape, transpose

# Matrices, or stacks of them -----------------------------------------------------------------


def _matmul_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    if all(x.shape is not None and len(x.shape) == 2 for x in (x1, x2)):
        return matmul(dy, transpose(x2)), matmul(transpose(x1), dy)
    return _matmul_d1(dy, x1, x2), _matmul_d2(dy, x1, x2)


@operation(promote=True, broadcasts=False, derivative=_matmul_derivative)
def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    """The matrix product; (..., n, k) and (..., k, m) -> (..., n, m).

    A vector on the left counts as a row, on the right as a column; that axis is dropped again.
    """
    return products.matmul(x1, x2)


def _matmul_d1_derivative(g: Any, y: Any, dy: Any, x1: Any, x2: Any) -> tuple:
    return matmul(g, x2), None, _matmul_d2(dy, g, x2)


@operation(derivative=_matmul_d1_derivative)
def _matmul_d1(dy: Tensor, like: Tensor, x2: Tensor) -> Tensor:
    """The product dY B^T, summed to the shape of A."""
    dy, a, b = _as_matrices(dy, like, x2)
    return sum_to.compute(products.matmul(dy, np.swapaxes(b, -1, -2)), a).reshape(like.shape)


def _matmul_d2_derivative(g: Any, y: Any, dy: Any, x1: Any, x2: Any) -> tuple:
    return matmul(x1, g), _matmul_d1(dy, x1, g), None


@operation(derivative=_matmul_d2_derivative)
def _matmul_d2(dy: Tensor, x1: Tensor, like: Tensor) -> Tensor:
    """The product A^T dY, summed to the shape of B."""
    dy, a, b = _as_matrices(dy, x1, like)
    if b.ndim == 2:  # one large product in place of a sum of many small ones
        a, dy = a.reshape(-1, a.shape[-1]), dy.reshape(-1, dy.shape[-1])
    return sum_to.compute(products.matmul(np.swapaxes(a, -1, -2), dy), b).reshape(like.shape)


def _as_matrices(dy: Any, x1: Any, x2: Any) -> tuple[Any, Any, Any]:
    if x2.ndim == 1:
        dy, x2 = dy[..., None], x2[:, None]
    if x1.ndim == 1:
        dy, x1 = dy[..., None, :], x1[None, :]
    return dy, x1, x2


# Contractions of tensors ---------------------------------------------------------------------


def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """The sum of products over pairs of axes.

    Args:
        x1, x2: tensors.
        axes: n for the last n axes of `x1` with the first n of `x2`; or the two lists of axes.
    """
    if not isinstance(axes, int):
        first, second = ([a] if isinstance(a, int) else list(a) for a in axes)
        axes = (first, second)
    return _tensordot(x1, x2, axes=axes)


def dot(x1: Any, x2: Any) -> Any:
    """The sum of products over the last axis of `x1` and the last but one (or only) of `x2`."""
    return _tensordot(x1, x2, axes="dot")


def _tensordot_derivative(dy: Any, y: Any, x1: Any, x2: Any, axes: Any) -> tuple:
    return _tensordot_d1(dy, x1, x2, axes=axes), _tensordot_d2(dy, x1, x2, axes=axes)


@operation(promote=True, broadcasts=False, derivative=_tensordot_derivative)
def _tensordot(x1: Tensor, x2: Tensor, axes: Any = 2) -> Tensor:
    with one_thread:
        return np.tensordot(x1, x2, pairs(np.ndim(x1), np.ndim(x2), axes))


def _tensordot_d1_derivative(g: Any, y: Any, dy: Any, x1: Any, x2: Any, axes: Any) -> tuple:
    return _tensordot(g, x2, axes=axes), None, _tensordot_d2(dy, g, x2, axes=axes)


@operation(derivative=_tensordot_d1_derivative)
def _tensordot_d1(dy: Tensor, like: Tensor, x2: Tensor, axes: Any = 2) -> Tensor:
    """The product dY B^T, in the axes of A."""
    first, second, n, summed, m = _layout(like, x2, axes)
    da = products.matmul(dy.reshape(n, m), x2.transpose(second).reshape(summed, m).T)
    return da.reshape([like.shape[i] for i in first]).transpose(np.argsort(first))


def _tensordot_d2_derivative(g: Any, y: Any, dy: Any, x1: Any, x2: Any, axes: Any) -> tuple:
    return _tensordot(x1, g, axes=axes), _tensordot_d1(dy, x1, g, axes=axes), None


@operation(derivative=_tensordot_d2_derivative)
def _tensordot_d2(dy: Tensor, x1: Tensor, like: Tensor, axes: Any = 2) -> Tensor:
    """The product A^T dY, in the axes of B."""
    first, second, n, summed, m = _layout(x1, like, axes)
    db = products.matmul(x1.transpose(first).reshape(n, summed).T, dy.reshape(n, m))
    return db.reshape([like.shape[i] for i in second]).transpose(np.argsort(second))


def _layout(
    x1: np.ndarray, x2: np.ndarray, axes: Any
) -> tuple[list[int], list[int], int, int, int]:
    """The orders of axes that make A (n, summed) and B (summed, m), and those three sizes."""
    pair1, pair2 = pairs(x1.ndim, x2.ndim, axes)
    free1 = [i for i in range(x1.ndim) if i not in pair1]
    free2 = [i for i in range(x2.ndim) if i not in pair2]
    n, summed = (math.prod(x1.shape[i] for i in part) for part in (free1, pair1))
    return free1 + pair1, pair2 + free2, n, summed, math.prod(x2.shape[i] for i in free2)


def pairs(ndim1: int, ndim2: int, axes: Any) -> tuple[list[int], list[int]]:
    """The axes of A and those of B that `tensordot` sums over, by their number."""
    if axes == "dot":
        axes = 0 if not ndim1 or not ndim2 else ([-1], [-1 if ndim2 == 1 else -2])
    if isinstance(axes, int):
        axes = (range(ndim1 - axes, ndim1), range(axes))
    for own, ndim in zip(axes, (ndim1, ndim2), strict=True):
        for i in own:
            if not -ndim <= i < ndim:
                raise IndexError(f"axis {i} is out of bounds for an array with {ndim} axes")
    return [i % ndim1 for i in axes[0]], [i % ndim2 for i in axes[1]]


def outer(x1: Any, x2: Any) -> Any:
    """All products of an entry of `x1` with one of `x2`; (n,) and (m,) -> (n, m)."""
    return multiply(reshape(x1, (-1, 1)), reshape(x2, (-1,)))

"""Norms of vectors and matrices."""

import math
from typing import Any

import numpy as np

from scratch import config
from scratch.ops.arithmetic import (
    abs,
    divide,
    maximum,
    minimum,
    multiply,
    power,
    rsqrt,
    sqrt,
    square,
)
from scratch.ops.casting import convert_to_tensor
from scratch.ops.comparison import not_equal, where
from scratch.ops.factorizations import singular_values
from scratch.ops.graph.symbol import Symbol
from scratch.ops.reduction import max, min, sum
from scratch.ops.shape import expand_dims, moveaxis, ones_like, reshape, squeeze


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The length of vectors, or of matrices as such.

    Args:
        x: floats.
        ord: 2 or None (the root of the sum of squares; `"fro"` for matrices), 1, inf, -inf, 0 or p;
            of matrices also 2, -2 and "nuc": largest, smallest, sum of the singular values.
        axis: one axis for vectors, two for matrices, None for all.
        keepdims: whether the reduced axes stay, with size 1.

    Raises:
        ValueError: for an `ord` that this rank does not have, or an axis that `x` does not have.
    """
    if axis is not None and not (isinstance(x, Symbol) and x.shape is None):
        named, n = [axis] if isinstance(axis, int) else axis, np.ndim(x)
        if any(not -n <= a < n for a in named):
            raise ValueError(
                f"norm: all `axis` values must be in the range [-ndim, ndim). Received inputs with "
                f"ndim={n}, while axis={axis}"
            )
    axes = list(range(np.ndim(x))) if axis is None and ord is not None else axis
    axes = axes[0] if isinstance(axes, list | tuple) and len(axes) == 1 else axes
    vectors = isinstance(axes, int)
    if ord is None or (vectors and ord == 2) or (not vectors and ord == "fro"):
        return sqrt(sum(multiply(x, x), axis=axes, keepdims=keepdims))
    if vectors and not isinstance(ord, str):
        return _vector_norm(x, ord, axes, keepdims)
    if not vectors and len(axes) == 2 and ord in (1, -1, math.inf, -math.inf):
        rows, columns = axes if ord in (1, -1) else reversed(axes)
        largest = max if ord > 0 else min
        y = largest(sum(abs(x), axis=rows, keepdims=True), axis=columns, keepdims=True)
        return y if keepdims else squeeze(y, axes)
    if not vectors and len(axes) == 2 and ord in ("nuc", 2, -2):
        s = singular_values(moveaxis(x, axes, (-2, -1)))
        y = sum(s, axis=-1) if ord == "nuc" else (max if ord > 0 else min)(s, axis=-1)
        return expand_dims(y, tuple(a % np.ndim(x) for a in axes)) if keepdims else y
    raise ValueError(
        f"norm: `ord` must be one that a {'vector' if vectors else 'matrix'} has "
        f"(see the description). Received: ord={ord!r}, axis={axis}"
    )


def _vector_norm(x: Any, p: float, axis: int, keepdims: bool) -> Any:
    if math.isinf(p):
        return (max if p > 0 else min)(abs(x), axis=axis, keepdims=keepdims)
    if p == 0:
        return sum(where(not_equal(x, 0), ones_like(x), 0), axis=axis, keepdims=keepdims)
    return power(sum(power(abs(x), p), axis=axis, keepdims=keepdims), 1.0 / p)


def normalize(x: Any, axis: Any = -1, order: int = 2, epsilon: float | None = None) -> Any:
    """`x` divided by its norm, or by `epsilon` where that is larger.

    Args:
        x: floats.
        axis: along which the norm is taken.
        order: p of the norm; a positive integer.
        epsilon: default `config.epsilon()`.

    Raises:
        ValueError: for another order.
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"Argument `order` must be an int >= 1. Received: order={order!r}")
    x = convert_to_tensor(x)
    if x.shape == ():
        x = reshape(x, (1,))
    epsilon = config.epsilon() if epsilon is None else epsilon
    if order == 2:
        return x * minimum(rsqrt(sum(square(x), axis=axis, keepdims=True)), 1.0 / epsilon)
    return divide(x, maximum(norm(x, ord=order, axis=axis, keepdims=True), epsilon))

"""Products of vectors, and what is made of them: Kronecker's, correlations, distances.

All are composed of products and sums, whose derivatives they have.
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import clip, divide, multiply, power, sqrt, square, subtract
from scratch.ops.casting import cast, convert_to_tensor, is_inexact, wide_floats
from scratch.ops.core import shape
from scratch.ops.diagonals import diagonal
from scratch.ops.graph.promotion import result_type
from scratch.ops.indexing import take
from scratch.ops.joining import pad, stack
from scratch.ops.linear_algebra import dot, matmul, outer, tensordot
from scratch.ops.reduction import mean, sum
from scratch.ops.shape import expand_dims, moveaxis, ravel, reshape, swapaxes, zeros_like


def inner(x1: Any, x2: Any) -> Any:
    """Sums of products along the last axes; (..., n) and (..., n) -> (..., ...)."""
    x1, x2 = map(convert_to_tensor, (x1, x2))
    if not x1.ndim or not x2.ndim:
        return multiply(x1, x2)
    return tensordot(x1, x2, axes=[[-1], [-1]])


def vdot(x1: Any, x2: Any) -> Any:
    """The sum of all products of an entry of `x1` with that of `x2` at the same place."""
    return dot(ravel(x1), ravel(x2))


def kron(x1: Any, x2: Any) -> Any:
    """Kronecker's product: `x2` times each entry of `x1`, laid out as `x1` is."""
    x1, x2 = map(convert_to_tensor, (x1, x2))
    n = max(x1.ndim, x2.ndim)
    first, second = ([1] * (n - x.ndim) + list(shape(x)) for x in (x1, x2))
    wide = reshape(x1, [m for size in first for m in (size, 1)])
    deep = reshape(x2, [m for size in second for m in (1, size)])
    return reshape(multiply(wide, deep), [a * b for a, b in zip(first, second, strict=True)])


def cross(
    x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """The cross product of vectors of 3 numbers; of 2, the third is 0.

    Args:
        x1, x2: vectors, along `axisa` and `axisb`.
        axisc: where they lie in the result. Where both have 2 numbers, it is one number instead.
        axis: all three.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = moveaxis(x1, axisa, -1), moveaxis(x2, axisb, -1)
    flat = a.shape[-1] == b.shape[-1] == 2
    (a0, a1, a2), (b0, b1, b2) = _three(a), _three(b)
    last = a0 * b1 - a1 * b0
    if flat:
        return last
    return moveaxis(stack([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, last], axis=-1), -1, axisc)


def _three(x: Any) -> list[Any]:
    parts = [x[..., i] for i in range(x.shape[-1])]
    return parts if len(parts) == 3 else [*parts, zeros_like(parts[0])]


def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    """The mean, in which each entry counts as often as its weight says.

    Args:
        x: any shape; integers become floats.
        axis: along which; None for all.
        weights: in the shape of `x`, or one for each place along `axis`.
    """
    if weights is None:
        return mean(x, axis)
    x, weights = map(convert_to_tensor, (x, weights))
    if axis is not None and weights.ndim != x.ndim:
        return divide(tensordot(x, weights, axes=[[axis], [0]]), sum(weights))
    return divide(sum(multiply(x, weights), axis), sum(weights, axis))


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Vandermonde's matrix: the powers of each entry; (n,) -> (n, N).

    Args:
        x: a vector.
        N: how many powers, from 0 on; default n.
        increasing: whether they rise from left to right.
    """
    x = convert_to_tensor(x)
    n = x.shape[0] if N is None else N
    powers = np.arange(n) if increasing else np.arange(n - 1, -1, -1)
    columns = [power(_floating(x), float(k)) for k in powers]
    y = stack(columns, axis=-1)
    return y if is_inexact(x) else cast(y, x.dtype)


def corrcoef(x: Any) -> Any:
    """How much the rows of `x` go together: Pearson's coefficients, from -1 to 1; (n, m) -> (n, n).

    Of int64 they are float64.
    """
    x = _floating(wide_floats(x))
    apart = subtract(x, mean(x, axis=-1, keepdims=True))
    covariance = matmul(apart, swapaxes(apart, -1, -2)) / (x.shape[-1] - 1)
    deviation = sqrt(diagonal(covariance))
    return clip(divide(covariance, outer(deviation, deviation)), -1.0, 1.0)


def correlate(x1: Any, x2: Any, mode: str = "valid") -> Any:
    """The inner products of `x2` with the parts of `x1`, from left to right; of vectors.

    Args:
        x1: n numbers.
        x2: m numbers.
        mode: `"valid"`: where `x2` lies within; `"full"`: where they overlap; `"same"`: the middle
            of it, max(n, m) numbers.

    Raises:
        ValueError: for another mode.
    """
    if mode not in ("valid", "full", "same"):
        raise ValueError(f"Invalid mode: '{mode}'. Mode must be one of: 'full', 'same', 'valid'.")
    x1, x2 = (_floating(wide_floats(x)) for x in (x1, x2))
    n, m = x1.shape[-1], x2.shape[-1]
    whole = x1 if mode == "valid" else pad(x1, ((m - 1, m - 1),))
    places = np.arange(whole.shape[-1] - m + 1)[:, None] + np.arange(m)
    y = matmul(take(whole, places, axis=0), x2)
    if mode != "same":
        return y
    start = (n + m - 1 - max(n, m)) // 2
    return y[start : start + max(n, m)]


def cdist(x: Any, y: Any) -> Any:
    """The distances of all rows of `x` from all rows of `y`; (..., n, k) and (..., m, k) ->
    (..., n, m).

    Raises:
        ValueError: for rows of different lengths, or fewer than two axes.
    """
    x, y = map(convert_to_tensor, (x, y))
    if x.ndim < 2 or y.ndim < 2:
        raise ValueError("`cdist` inputs must have rank >= 2")
    if x.shape[-1] != y.shape[-1]:
        raise ValueError(
            "Last dimension of inputs to `cdist` must match. "
            f"Received: x.shape={x.shape}, y.shape={y.shape}"
        )
    return sqrt(sum(square(subtract(expand_dims(x, -2), expand_dims(y, -3))), axis=-1))


def _floating(x: Any) -> Any:
    return x if is_inexact(x) else cast(x, result_type((), floating=True))

"""Medians, quantiles, extremes: what is read off the numbers in their order.

    y = (1 - f) x_(k) + f x_(k+1),  k + f = q (n - 1)      x_(0) <= x_(1) <= ... <= x_(n-1)

The derivative goes to the numbers that were read. NaN makes the result NaN, but those functions
whose names begin with `nan` pass it over.
"""

from typing import Any

import numpy as np

from scratch import config
from scratch.ops.arithmetic import subtract
from scratch.ops.casting import cast, cast_like, convert_to_tensor, is_inexact
from scratch.ops.comparison import isnan, logical_not, where
from scratch.ops.complex_step import real
from scratch.ops.core import shape
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import result_type
from scratch.ops.indexing import sort, take_along_axis
from scratch.ops.reduction import any, as_rows, max, min, sum
from scratch.ops.shape import expand_dims, moveaxis, reshape

_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def quantile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """The number below which a part `q` of the numbers of `x` lies.

    Args:
        x: any shape; integers become floats.
        q: from 0 to 1, any shape, which is the beginning of the result's.
        axis: one axis, several, or None for all.
        method: where to look between two neighbours: `"linear"`, `"lower"`, `"higher"`,
            `"midpoint"` or `"nearest"`.
        keepdims: whether the reduced axes stay, with size 1.

    Raises:
        ValueError: for another method.
    """
    return _quantile(x, convert_to_tensor(q), axis, method, keepdims, skips_nan=False)


def percentile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """`quantile` of `q / 100`."""
    return quantile(x, _hundredths(q), axis, method, keepdims)


def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The number in the middle, or the mean of the two that are."""
    return quantile(x, 0.5, axis, keepdims=keepdims)


def nanquantile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """`quantile` of those that are not NaN; NaN where all are."""
    q = convert_to_tensor(q, config.floatx())
    return _quantile(x, q, axis, method, keepdims, skips_nan=True)


def nanpercentile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """`percentile` of those that are not NaN; NaN where all are."""
    return nanquantile(x, _hundredths(q), axis, method, keepdims)


def nanmedian(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`median` of those that are not NaN; NaN where all are."""
    return nanquantile(x, 0.5, axis, keepdims=keepdims)


def _hundredths(q: Any) -> Any:
    return convert_to_tensor(q, config.floatx()) / 100.0


def _quantile(x: Any, q: Any, axis: Any, method: str, keepdims: bool, skips_nan: bool) -> Any:
    if method not in _METHODS:
        raise ValueError(
            f"Invalid method: {method}. Expected one of {set(_METHODS)}. Received: method={method}"
        )
    x = convert_to_tensor(x)
    if not is_inexact(x):
        x = cast(x, result_type((), floating=True))
    rows = as_rows(x, axis=axis)  # (..., n)
    increasing = sort(rows)  # NaN last
    below = _place(rows, q, method=method, side=0)  # (..., q)
    above = _place(rows, q, method=method, side=1)
    lower, upper = (take_along_axis(increasing, place, axis=-1) for place in (below, above))
    if method == "linear":
        share = cast_like(_share(rows, q), increasing)
        y = upper * (1 - share) + lower * share
    else:
        y = 0.5 * (lower + upper) if method == "midpoint" else lower
    bad = isnan(rows)
    spoilt = sum(cast(logical_not(bad), "int32"), axis=-1, keepdims=True) == 0
    y = where(spoilt if skips_nan else any(bad, axis=-1, keepdims=True), np.nan, y)
    y = cast_like(_shaped(y, q), x)
    if not keepdims:
        return y
    if axis is None:
        return reshape(y, (*q.shape, *(1,) * x.ndim))
    axes = [axis] if isinstance(axis, int) else axis
    return expand_dims(y, tuple(sorted(len(q.shape) + a % x.ndim for a in axes)))


def _shaped(y: Any, q: Any) -> Any:
    """(..., number of q) -> (shape of q, ...)."""
    y = moveaxis(y, -1, 0)
    return reshape(y, (*q.shape, *shape(y)[1:]))


def _position(rows: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The last place that is not NaN, (..., 1), and where to look, (..., q), counted from 0."""
    last = np.sum(~np.isnan(rows), axis=-1, keepdims=True).astype("float64") - 1
    return last, last * np.ravel(q).astype("float64")


@operation()
def _place(x: Tensor, q: Tensor, method: str = "linear", side: int = 0) -> Tensor:
    """Where the lower (0) and the upper (1) neighbour stand in their order."""
    last, exact = _position(x, q)
    if method == "nearest":
        found = np.round(exact)
    elif method in ("lower", "higher"):
        found = (np.floor if method == "lower" else np.ceil)(exact)
    elif method == "midpoint":
        found = (np.ceil if side else np.floor)(exact)
    else:
        below = np.maximum(np.ceil(exact) - 1, 0)
        found = np.minimum(below + 1, last) if side else below
    return np.clip(found, 0, np.maximum(last, 0)).astype("int32")


@operation()
def _share(x: Tensor, q: Tensor) -> Tensor:
    """The share of the lower neighbour."""
    return _place.compute(x, q, "linear", 1) - _position(x, q)[1]


# Extremes ------------------------------------------------------------------------------------


def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest minus the smallest ("peak to peak")."""
    return subtract(max(x, axis, keepdims), min(x, axis, keepdims))


@operation()
def argpartition(x: Tensor, kth: int, axis: int | None = -1) -> Tensor:
    """The numbers of the entries, int32: first those up to the `kth` smallest, then the others.

    The first stand in increasing order, the others in decreasing order, as in Keras.

    Args:
        x: any shape.
        kth: counted from 0.
        axis: None takes `x` as one row.

    Raises:
        InvalidArgumentError: for an axis that `x` does not have.
    """
    if axis is None:
        x, axis = np.ravel(x), 0
    n = np.shape(x)[axis]
    kth = int(np.clip(kth, 0, n - 1))
    rows = np.moveaxis(real(x), axis, -1)
    first = np.argsort(rows, axis=-1, stable=True)[..., : kth + 1]
    falling = n - 1 - np.argsort(rows[..., ::-1], axis=-1, stable=True)[..., ::-1]
    taken = np.zeros(rows.shape, bool)
    np.put_along_axis(taken, first, True, axis=-1)
    kept = ~np.take_along_axis(taken, falling, axis=-1)
    others = falling[kept].reshape(*rows.shape[:-1], n - kth - 1)
    return np.moveaxis(np.concatenate([first, others], axis=-1), -1, axis).astype("int32")

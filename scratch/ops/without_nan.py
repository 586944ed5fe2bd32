"""Reductions that pass NaN over: of the numbers that there are.

Each is the reduction of a tensor with something harmless in the place of NaN (0 for a sum, minus
infinity for a maximum), whose derivative it has: 0 where there was NaN.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.ops.arithmetic import divide, sqrt, square, subtract
from scratch.ops.casting import cast, cast_like, convert_to_tensor, is_inexact
from scratch.ops.comparison import isnan, logical_not, where
from scratch.ops.graph.promotion import result_type
from scratch.ops.reduction import all, argmax, argmin, max, mean, min, prod, sum


def nansum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum of those that are not NaN."""
    return _with(sum, x, 0, axis, keepdims)


def nanprod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product of those that are not NaN."""
    return _with(prod, x, 1, axis, keepdims)


def nanmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest of those that are not NaN; NaN where all are."""
    return _or_nan(_with(max, x, -np.inf, axis, keepdims), x, np.nan, axis, keepdims)


def nanmin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest of those that are not NaN; NaN where all are."""
    return _or_nan(_with(min, x, np.inf, axis, keepdims), x, np.nan, axis, keepdims)


def nanargmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The place of the largest that is not NaN, as int32; -1 where all are."""
    return _or_nan(_with(argmax, x, -np.inf, axis, keepdims), x, -1, axis, keepdims)


def nanargmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The place of the smallest that is not NaN, as int32; -1 where all are."""
    return _or_nan(_with(argmin, x, np.inf, axis, keepdims), x, -1, axis, keepdims)


def nanmean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean of those that are not NaN; NaN where all are."""
    x = convert_to_tensor(x)
    if axis in ((), []):
        return x
    if not is_inexact(x):
        return mean(x, axis, keepdims)
    total = nansum(x, axis, keepdims)
    return divide(total, cast_like(_count(x, axis, keepdims), total))


def nanvar(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean squared distance from the mean, of those that are not NaN."""
    x = convert_to_tensor(x)
    if not is_inexact(x):
        x = cast(x, result_type((), floating=True))
    apart = square(where(isnan(x), 0, subtract(x, nanmean(x, axis, keepdims=True))))
    total = sum(apart, axis, keepdims)
    return divide(total, cast_like(_count(x, axis, keepdims), total))


def nanstd(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The square root of `nanvar`."""
    return sqrt(nanvar(x, axis, keepdims))


def _with(reduction: Callable, x: Any, harmless: Any, axis: Any, keepdims: bool) -> Any:
    x = convert_to_tensor(x)
    kept = where(isnan(x), harmless, x) if is_inexact(x) else x
    return reduction(kept, axis=axis, keepdims=keepdims)


def _or_nan(y: Any, x: Any, nothing: Any, axis: Any, keepdims: bool) -> Any:
    x = convert_to_tensor(x)
    if not is_inexact(x):
        return y
    return where(all(isnan(x), axis, keepdims), nothing, y)


def _count(x: Any, axis: Any, keepdims: bool) -> Any:
    return sum(cast(logical_not(isnan(x)), "int32"), axis, keepdims)

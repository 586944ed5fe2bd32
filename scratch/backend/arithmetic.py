"""Entry by entry, and along axes."""

from typing import Any

import numpy as np

from scratch import ops
from scratch.config import floatx

abs, exp, log, cos, sin = ops.abs, ops.exp, ops.log, ops.cos, ops.sin
sign, square = ops.sign, ops.square
maximum, minimum = ops.maximum, ops.minimum
equal, not_equal = ops.equal, ops.not_equal
greater, greater_equal, less, less_equal = (
    ops.greater, ops.greater_equal, ops.less, ops.less_equal,
)  # fmt: skip


def pow(x: Any, a: Any) -> Any:
    """x^a."""
    return ops.power(x, a)


def round(x: Any) -> Any:
    """To the next whole number; halves to the even one."""
    return ops.round(x)


def sqrt(x: Any) -> Any:
    """The square root; that of a negative number is 0."""
    x = ops.convert_to_tensor(x)
    return ops.sqrt(ops.maximum(x, ops.zeros((), x.dtype)))


def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """x, not above `max_value` and not below `min_value`, which counts more; None for no bound."""
    low = -np.inf if min_value is None else min_value
    high = np.inf if max_value is None else max_value
    return ops.clip(x, low, high)


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """x divided by its length, which counts as 1e-6 where it is shorter."""
    x = ops.convert_to_tensor(x)
    squared = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return x * ops.rsqrt(ops.maximum(squared, ops.cast(1e-12, x.dtype)))


# Along axes; all of them by default.


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum."""
    return ops.sum(x, axis=axis, keepdims=keepdims)


def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product."""
    return ops.prod(x, axis=axis, keepdims=keepdims)


def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest."""
    return ops.max(x, axis=axis, keepdims=keepdims)


def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest."""
    return ops.min(x, axis=axis, keepdims=keepdims)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean."""
    return ops.mean(_numbers(x), axis=axis, keepdims=keepdims)


def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance."""
    return ops.var(_numbers(x), axis=axis, keepdims=keepdims)


def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The standard deviation."""
    return ops.std(_numbers(x), axis=axis, keepdims=keepdims)


def _numbers(x: Any) -> Any:
    x = ops.convert_to_tensor(x)
    return ops.cast(x, floatx()) if str(x.dtype) == "bool" else x


def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all are true."""
    return ops.all(ops.cast(x, "bool"), axis=axis, keepdims=keepdims)


def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether any is true."""
    return ops.any(ops.cast(x, "bool"), axis=axis, keepdims=keepdims)


def argmax(x: Any, axis: int = -1) -> Any:
    """The place of the largest."""
    return ops.cast(ops.argmax(x, axis=axis), "int64")


def argmin(x: Any, axis: int = -1) -> Any:
    """The place of the smallest."""
    return ops.cast(ops.argmin(x, axis=axis), "int64")


def stop_gradient(variables: Any) -> Any:
    """The same, as constants; of a list an iterator."""
    if isinstance(variables, list | tuple):
        return map(ops.stop_gradient, variables)
    return ops.stop_gradient(variables)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """One or the other, as a number says, or entry by entry; either may be a function.

    Raises:
        ValueError: where the condition has more axes than what it chooses.
    """
    condition = ops.cast(condition, "bool")
    then = then_expression() if callable(then_expression) else then_expression
    other = else_expression() if callable(else_expression) else else_expression
    axes = ops.ndim(then) - ops.ndim(condition)
    if axes < 0:
        raise ValueError(
            "Rank of `condition` should be less than or equal to rank of `then_expression` and "
            f"`else_expression`. ndim(condition)={ops.ndim(condition)}, "
            f"ndim(then_expression)={ops.ndim(then)}"
        )
    if ops.ndim(condition) > 1:
        for _ in range(axes):
            condition = ops.expand_dims(condition, -1)
    return ops.where(condition, then, other)

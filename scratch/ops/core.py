"""Making tensors, asking for their sizes, stopping derivatives, and branching."""

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import config
from scratch.ops.casting import cast_like, convert_to_tensor
from scratch.ops.comparison import where
from scratch.ops.graph.eager import eager
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import result_type, to_array
from scratch.ops.graph.sources import is_variable
from scratch.ops.graph.symbol import Symbol
from scratch.ops.indexing import getitem
from scratch.ops.shape import broadcast_to, zeros_like


def convert_to_numpy(x: Any) -> np.ndarray:
    """A copy of `x` as an array.

    Raises:
        ValueError: for a symbol, which has no value yet.
    """
    return np.array(to_array(x))


def is_tensor(x: Any) -> bool:
    """Whether `x` is an array or a symbol."""
    return isinstance(x, np.ndarray | Symbol)


@operation()
def stop_gradient(variable: Tensor) -> Tensor:
    """The same value, through which no derivative passes."""
    return variable[...]  # another array, behind which no logits are found


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """`true_fn()` where `pred` is true, else `false_fn()`.

    Of a symbol both are built, and `where` chooses: they must fit each other in shape.
    """
    if not isinstance(pred, Symbol):
        return true_fn() if builtins.bool(to_array(pred)) else false_fn()
    yes, no = true_fn(), false_fn()
    if isinstance(yes, list | tuple):
        return type(yes)(where(pred, a, b) for a, b in zip(yes, no, strict=True))
    return where(pred, yes, no)


# Shapes --------------------------------------------------------------------------------------


def shape(x: Any) -> tuple[Any, ...]:
    """The sizes of the axes: integers, or symbols where only the evaluation will know them.

    Raises:
        ValueError: for a symbol with an unknown number of axes.
    """
    if not isinstance(x, Symbol):
        return np.shape(x.array if is_variable(x) else x)
    if x.shape is None:
        raise ValueError(
            f"All tensors passed to `ops.shape` must have a statically known rank. Received: {x!r}"
        )
    sizes = _shape(x)
    return tuple(getitem(sizes, i) if n is None else n for i, n in enumerate(x.shape))


@operation()
def _shape(x: Tensor) -> Tensor:
    return np.array(np.shape(x), "int32")


@operation()
def size(x: Tensor) -> Tensor:
    """The number of entries of `x`, as int32."""
    return np.array(np.size(x), "int32")


def ndim(x: Any) -> int:
    """The number of axes of `x`."""
    return x.ndim if isinstance(x, Symbol) else np.ndim(to_array(x))


# New tensors ---------------------------------------------------------------------------------


def zeros(shape: Any, dtype: Any = None) -> Any:
    """Zeros; `dtype` defaults to `config.floatx()`. Sizes may be symbols."""
    return full(shape, 0, dtype)


def ones(shape: Any, dtype: Any = None) -> Any:
    """Ones; `dtype` defaults to `config.floatx()`. Sizes may be symbols."""
    return full(shape, 1, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """`fill_value` everywhere; `dtype` defaults to `config.floatx()`. Sizes may be symbols."""
    made = broadcast_to(convert_to_tensor(fill_value, dtype or config.floatx()), shape)
    return made if isinstance(made, Symbol) else made.copy()


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """`fill_value` in the shape of `x`, and in its type unless `dtype` says another."""
    return zeros_like(x, dtype) + cast_like(fill_value, zeros_like(x, dtype))


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> np.ndarray:
    """`start`, `start + step`, ... up to but without `stop`; or 0, 1, ... up to `start`."""
    given = [a for a in (start, stop, step) if a is not None]
    if dtype is None:
        dtype = result_type(tuple(given))
    if stop is None:
        start, stop = 0, start
    return eager(np.arange(start, stop, 1 if step is None else step).astype(dtype))


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers at equal distances from `start` to `stop` (which `endpoint` includes).

    They lie along `axis` of the result. With `retstep` also the distance: (numbers, distance).
    Whole numbers are the next below.
    """
    dtype = np.dtype(dtype or result_type((start, stop), floating=True))
    y, step = np.linspace(start, stop, num, endpoint=endpoint, retstep=True, axis=axis)
    whole = dtype.kind in "iu"
    y = eager((np.floor(y) if whole else y).astype(dtype))
    return (y, eager(np.asarray(step, "float64" if whole else dtype))) if retstep else y


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> np.ndarray:
    """Ones on diagonal `k`, zeros elsewhere; (N, M), with M = N by default."""
    return eager(np.eye(N, M, k, dtype or config.floatx()))

"""Picking entries out of a tensor, and putting them back.

    y = x[k]       dx: zeros, to which dy is *added* at k, for an entry may be picked twice

What is not picked gets a derivative of 0.
"""

from typing import Any

import numpy as np

from scratch.ops.complex_step import real
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import as_index
from scratch.ops.graph.symbol import Symbol

# Brackets ------------------------------------------------------------------------------------


def getitem(x: Any, key: Any) -> Any:
    """`x[key]`, with NumPy's rules: integers, slices, None, `...`, and arrays of either kind."""
    parts = key if isinstance(key, tuple) else (key,)
    indices = [k for k in parts if isinstance(k, Symbol | np.ndarray | list)]
    pattern = tuple(
        ("tensor",)
        if isinstance(k, Symbol | np.ndarray | list)
        else ("slice", k.start, k.stop, k.step)
        if isinstance(k, slice)
        else ("key", k)
        for k in parts
    )
    return _getitem(x, *indices, pattern=pattern)


def _key(pattern: Any, indices: tuple[Any, ...]) -> tuple[Any, ...]:
    waiting = iter(indices)
    kinds: dict = {"tensor": lambda: next(waiting), "slice": slice, "key": lambda k: k}
    return tuple(kinds[kind](*rest) for kind, *rest in pattern)


def _getitem_derivative(dy: Any, y: Any, x: Any, *indices: Any, pattern: Any) -> tuple[Any, ...]:
    return _put(dy, x, *indices, pattern=pattern), *(None for _ in indices)


@operation(derivative=_getitem_derivative)
def _getitem(x: Tensor, *indices: Tensor, pattern: Any = ()) -> Tensor:
    return x[_key(pattern, indices)]


def _put_derivative(dy: Any, y: Any, x: Any, like: Any, *indices: Any, pattern: Any) -> tuple:
    return _getitem(dy, *indices, pattern=pattern), None, *(None for _ in indices)


@operation(derivative=_put_derivative)
def _put(x: Tensor, like: Tensor, *indices: Tensor, pattern: Any = ()) -> Tensor:
    """Zeros in the shape of `like`, with `x` added at the key."""
    y = np.zeros(like.shape, x.dtype)
    np.add.at(y, _key(pattern, indices), x)
    return y


# Gathering -----------------------------------------------------------------------------------


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """The entries of `x` with the given numbers along `axis`; negative numbers count from the end.

    Args:
        x: any shape.
        indices: integers of any shape, which takes the place of `axis` in the result's.
        axis: None takes from `x` as one row.

    Raises:
        InvalidArgumentError: for a number that `x` does not have.
    """
    return _take(x, indices, axis=axis)


def _take_derivative(dy: Any, y: Any, x: Any, indices: Any, axis: Any) -> tuple:
    return _untake(dy, x, indices, axis=axis), None


@operation(derivative=_take_derivative)
def _take(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    return np.take(x, as_index(indices), axis=axis)


def _untake_derivative(dy: Any, y: Any, x: Any, like: Any, indices: Any, axis: Any) -> tuple:
    return take(dy, indices, axis=axis), None, None


@operation(derivative=_untake_derivative)
def _untake(x: Tensor, like: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    """Zeros in the shape of `like`, with `x` added at `indices`."""
    y = np.zeros(like.shape, x.dtype)
    if axis is None:
        np.add.at(y.reshape(-1), as_index(indices), x)
        return y
    axis, ndim = axis % like.ndim, np.ndim(indices)
    picked = np.moveaxis(x, range(axis, axis + ndim), range(ndim))
    np.add.at(np.moveaxis(y, axis, 0), as_index(indices), picked)
    return y


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """For each place of `indices`, the entry of `x` there with that number along `axis`.

    Args:
        x: any shape.
        indices: integers; along the other axes of the same size as `x`, or of size 1.
        axis: None takes from `x` as one row.

    Raises:
        InvalidArgumentError: for a number that `x` does not have.
    """
    return _take_along_axis(x, indices, axis=axis)


def _take_along_axis_derivative(dy: Any, y: Any, x: Any, indices: Any, axis: Any) -> tuple:
    return _put_along_axis(dy, x, indices, axis=axis), None


@operation(derivative=_take_along_axis_derivative)
def _take_along_axis(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    return np.take_along_axis(x, as_index(indices), axis)


def _put_along_axis_derivative(
    dy: Any, y: Any, x: Any, like: Any, indices: Any, axis: Any
) -> tuple:
    return take_along_axis(dy, indices, axis=axis), None, None


@operation(derivative=_put_along_axis_derivative)
def _put_along_axis(x: Tensor, like: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    """Zeros in the shape of `like`, with `x` added at `indices`."""
    y = np.zeros(like.shape, x.dtype)
    flat = y.reshape(-1) if axis is None else y
    axis = 0 if axis is None else axis % y.ndim
    key = list(np.ix_(*map(np.arange, x.shape)))
    for i, n in enumerate(flat.shape):
        if n == 1:
            key[i] = np.zeros_like(key[i])
    key[axis] = as_index(indices)
    np.add.at(flat, tuple(key), x)
    return y


# Sorting -------------------------------------------------------------------------------------


@operation()
def argsort(x: Tensor, axis: int | None = -1) -> Tensor:
    """The numbers of the entries in increasing order, as int32; equals keep their order."""
    return np.argsort(real(x), axis=axis, stable=True).astype("int32")


def sort(x: Any, axis: int | None = -1) -> Any:
    """`x` in increasing order along `axis`."""
    return take_along_axis(x, argsort(x, axis=axis), axis=axis)


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Any, Any]:
    """The `k` largest along the last axis and their numbers; of equals the first come first.

    Args:
        x: any shape of rank 1 or more.
        k: at most the size of the last axis.
        sorted: kept for Keras's signature; the result is always sorted.

    Raises:
        InvalidArgumentError: when there are fewer than `k`.
    """
    found = _largest(x, k=k)
    return take_along_axis(x, found, axis=-1), found


@operation()
def _largest(x: Tensor, k: int = 1) -> Tensor:
    if k > x.shape[-1]:
        raise InvalidArgumentError(
            f"top_k: input must have at least k columns. Had {x.shape[-1]}, needed {k}"
        )
    # Sorting backwards and reading from the end keeps equals in order.
    order = np.argsort(real(x)[..., ::-1], axis=-1, stable=True)[..., ::-1][..., :k]
    return (x.shape[-1] - 1 - order).astype("int32")

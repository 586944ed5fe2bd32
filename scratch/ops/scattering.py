"""Slices at places that are computed, and writing at them.

    y = zeros, with v added at the places     dv = dy at the places
    y = x, with v in the place of what was    dv = dy at the places,  dx = dy elsewhere

A row of `indices` says where: (k,) numbers are the first k indices of an entry, or of a part.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.ops.casting import convert_to_tensor
from scratch.ops.comparison import equal, where
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import as_index
from scratch.ops.joining import stack
from scratch.ops.shape import zeros_like

# Slices --------------------------------------------------------------------------------------


def slice(inputs: Any, start_indices: Any, shape: Sequence[int]) -> Any:
    """The part of `inputs` that begins at `start_indices` and has the shape `shape`.

    Raises:
        InvalidArgumentError: where it does not lie within.
    """
    return _slice(inputs, _starts(start_indices), sizes=tuple(shape))


def _slice_derivative(dy: Any, y: Any, x: Any, starts: Any, sizes: Any) -> tuple:
    return slice_update(zeros_like(x), starts, dy), None


@operation(derivative=_slice_derivative)
def _slice(x: Tensor, starts: Tensor, sizes: Any = ()) -> Tensor:
    ends = [
        n if size == -1 else int(i) + size
        for i, size, n in zip(starts, sizes, x.shape, strict=True)
    ]
    if any(not 0 <= i <= end <= n for i, end, n in zip(starts, ends, x.shape, strict=True)):
        raise ValueError(f"a slice from {starts} with sizes {sizes} does not lie within {x.shape}")
    return x[tuple(np.s_[int(i) : end] for i, end in zip(starts, ends, strict=True))]


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """`inputs`, but `updates` from the place `start_indices` on.

    Where they would not lie within, the place is moved until they do.
    """
    return _slice_update(inputs, _starts(start_indices), updates)


def _slice_update_derivative(dy: Any, y: Any, x: Any, starts: Any, updates: Any) -> tuple:
    kept = _slice_update(dy, starts, zeros_like(updates))
    return kept, None, _part_like(dy, starts, updates)


@operation(derivative=_slice_update_derivative)
def _slice_update(x: Tensor, starts: Tensor, updates: Tensor) -> Tensor:
    y = np.array(x, np.result_type(x, updates) if updates.dtype.kind == "c" else x.dtype)
    y[_within(x, starts, updates)] = updates
    return y


def _part_like_derivative(g: Any, y: Any, x: Any, starts: Any, like: Any) -> tuple:
    return _slice_update(zeros_like(x), starts, g), None, None


@operation(derivative=_part_like_derivative)
def _part_like(x: Tensor, starts: Tensor, like: Tensor) -> Tensor:
    """The part of `x` from `starts` on that has the shape of `like`."""
    return x[_within(x, starts, like)]


def _within(x: np.ndarray, starts: np.ndarray, part: np.ndarray) -> tuple:
    places = zip(np.clip(starts, 0, np.subtract(x.shape, part.shape)), part.shape, strict=True)
    return tuple(np.s_[int(i) : int(i) + n] for i, n in places)


def _starts(start_indices: Any) -> Any:
    """The places as one tensor; some may be symbols."""
    many = isinstance(start_indices, list | tuple)
    return stack(start_indices) if many else start_indices


# Scattering ----------------------------------------------------------------------------------


def scatter(indices: Any, values: Any, shape: Sequence[int]) -> Any:
    """Zeros of the shape `shape`, to which `values` are added at `indices`.

    Args:
        indices: (..., k) integers.
        values: (..., *shape[k:]).
        shape: of the result.

    Raises:
        InvalidArgumentError: for places that it does not have.
    """
    return _scatter(indices, values, sizes=tuple(shape))


def _scatter_derivative(dy: Any, y: Any, indices: Any, values: Any, sizes: Any) -> tuple:
    return None, gathered(dy, indices)


@operation(derivative=_scatter_derivative)
def _scatter(indices: Tensor, values: Tensor, sizes: Any = ()) -> Tensor:
    y = np.zeros(sizes, values.dtype)
    np.add.at(y, _places(indices, y), values)
    return y


def _gathered_derivative(dy: Any, y: Any, x: Any, indices: Any) -> tuple:
    return _scatter_like(dy, x, indices), None


@operation(derivative=_gathered_derivative)
def gathered(x: Tensor, indices: Tensor) -> Tensor:
    """The parts of `x` at `indices`."""
    return x[_places(indices, x)]


def _scatter_like_derivative(g: Any, y: Any, dy: Any, like: Any, indices: Any) -> tuple:
    return gathered(g, indices), None, None


@operation(derivative=_scatter_like_derivative)
def _scatter_like(x: Tensor, like: Tensor, indices: Tensor) -> Tensor:
    y = np.zeros(like.shape, x.dtype)
    np.add.at(y, _places(indices, y), x)
    return y


def _places(indices: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, ...]:
    rows = np.moveaxis(as_index(indices), -1, 0)
    for numbers, n in zip(rows, x.shape, strict=False):
        if np.any((numbers < 0) | (numbers >= n)):
            raise IndexError(f"indices {indices.tolist()} do not lie within {x.shape}")
    return tuple(rows)


_REDUCTIONS = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """`inputs`, but `updates` at `indices`.

    Args:
        inputs: any shape.
        indices: (..., k) integers.
        updates: (..., *inputs.shape[k:]).
        reduction: None puts them in the place of what was, the last that is named where one is
            named twice; `"add"`, `"max"`, `"min"` and `"mul"` combine the two.

    Raises:
        InvalidArgumentError: for places that `inputs` does not have.
        ValueError: for another `reduction`.
    """
    if reduction is not None and reduction not in _REDUCTIONS:
        raise ValueError(
            f"Unsupported reduction: {reduction}. Supported: None, {', '.join(_REDUCTIONS)}"
        )
    return _scatter_update(inputs, indices, updates, reduction=reduction)


def _scatter_update_derivative(
    dy: Any, y: Any, x: Any, indices: Any, updates: Any, reduction: Any
) -> tuple:
    here = gathered(dy, indices)
    if reduction == "add":
        return dy, None, here
    if reduction is None:
        return _scatter_update(dy, indices, zeros_like(updates), reduction=None), None, here
    if reduction == "mul":
        factors = _scatter_update(zeros_like(x) + 1, indices, updates, reduction="mul")
        others = gathered(y, indices) / updates
        return dy * factors, None, here * others
    # As TensorFlow: where both are the largest, each has the whole derivative.
    kept = where(equal(x, y), dy, 0)
    return kept, None, where(equal(gathered(y, indices), updates), here, 0)


@operation(derivative=_scatter_update_derivative)
def _scatter_update(
    inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None = None
) -> Tensor:
    y = np.array(inputs, np.result_type(inputs, updates) if updates.dtype.kind == "c" else None)
    places = _places(indices, y)
    if reduction is None:
        y[places] = updates
    else:
        _REDUCTIONS[reduction].at(y, places, updates)
    return y


def unravel_index(indices: Any, shape: Sequence[int]) -> tuple[Any, ...]:
    """The places, axis by axis, of entries that are counted through a tensor of shape `shape`.

    Raises:
        ValueError: for an unknown size.
    """
    if None in shape:
        raise ValueError(f"`shape` argument cannot contain `None`. Received: shape={shape}")
    rest, places = convert_to_tensor(indices), []
    for n in reversed(shape):
        places.append(rest % n)
        rest = rest // n
    return tuple(reversed(places))

"""Several tensors made one, one cut into several, repeated, or given a margin.

The derivative of joining is cutting, of cutting joining with zeros, of repeating summing, of a
margin its removal.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.indexing import take
from scratch.ops.shape import ravel, zeros_like

# Joining and cutting -----------------------------------------------------------------


def concatenate(xs: Sequence[Any], axis: int = 0) -> Any:
    """The tensors `xs`, one after the other along `axis`."""
    return _concatenate(*xs, axis=axis)


def _concatenate_derivative(dy: Any, y: Any, *xs: Any, axis: int) -> tuple[Any, ...]:
    return tuple(_piece(dy, *xs, axis=axis, index=i) for i in range(len(xs)))


@operation(promote=True, broadcasts=False, derivative=_concatenate_derivative)
def _concatenate(*xs: Tensor, axis: int = 0) -> Tensor:
    return np.concatenate(xs, axis=axis)


def _piece_derivative(dpiece: Any, y: Any, *operands: Any, axis: int, index: int) -> tuple:
    _, *xs = operands
    filled = [zeros_like(x) for x in xs]
    filled[index] = dpiece
    return concatenate(filled, axis=axis), *(None for _ in xs)


@operation(derivative=_piece_derivative)
def _piece(joined: Tensor, *xs: Tensor, axis: int = 0, index: int = 0) -> Tensor:
    """The part of the joined tensor that lies where `xs[index]` was."""
    start = 0
    for x in xs[:index]:
        start += x.shape[axis]
    return np.take(joined, range(start, start + xs[index].shape[axis]), axis=axis)


def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """Tensors of one shape, side by side along a new axis."""
    return _stack(*x, axis=axis)


def _stack_derivative(dy: Any, y: Any, *xs: Any, axis: int) -> tuple[Any, ...]:
    return tuple(take(dy, i, axis=axis) for i in range(len(xs)))


@operation(promote=True, broadcasts=False, derivative=_stack_derivative)
def _stack(*xs: Tensor, axis: int = 0) -> Tensor:
    return np.stack(xs, axis=axis)


def split(x: Any, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """`x` cut along `axis` into equal parts, or at the given places; a list.

    Raises:
        InvalidArgumentError: when the parts cannot be equal.
    """
    sections = indices_or_sections
    n = sections if isinstance(sections, int) else len(sections) + 1
    return [_section(x, sections=sections, axis=axis, index=i) for i in range(n)]


def _section_derivative(dy: Any, y: Any, x: Any, sections: Any, axis: Any, index: Any) -> Any:
    return _section_back(dy, x, sections=sections, axis=axis, index=index)


@operation(derivative=_section_derivative)
def _section(x: Tensor, sections: Any = 1, axis: int = 0, index: int = 0) -> Tensor:
    return np.split(x, sections, axis=axis)[index]


@operation(
    derivative=lambda dy, y, x, like, sections, axis, index: (
        _section(dy, sections=sections, axis=axis, index=index),
        None,
    )
)
def _section_back(
    x: Tensor, like: Tensor, sections: Any = 1, axis: int = 0, index: int = 0
) -> Tensor:
    """Zeros in the shape of `like`, but for section `index`, which is `x`."""
    y = np.zeros(like.shape, x.dtype)
    np.split(y, sections, axis=axis)[index][...] = x
    return y


# Repetition and margins ----------------------------------------------------------------------


def tile(x: Any, repeats: int | Sequence[int]) -> Any:
    """`x` laid out again and again: `repeats[i]` times along axis i."""
    return _tile(x, repeats=(repeats,) if isinstance(repeats, int) else tuple(repeats))


def _tile_derivative(dy: Any, y: Any, x: Any, repeats: Any) -> Any:
    return _untile(dy, x, repeats=repeats)


@operation(derivative=_tile_derivative)
def _tile(x: Tensor, repeats: Any = ()) -> Tensor:
    return np.tile(x, repeats)


@operation(derivative=lambda dy, y, x, like, repeats: (_tile(dy, repeats=repeats), None))
def _untile(x: Tensor, like: Tensor, repeats: Any = ()) -> Tensor:
    """The sum over all repetitions of `like` in `x`."""
    ndim = max(len(repeats), like.ndim)
    repeats = (1,) * (ndim - len(repeats)) + repeats
    shape = (1,) * (ndim - like.ndim) + like.shape
    pairs = [n for pair in zip(repeats, shape, strict=True) for n in pair]
    return np.sum(x.reshape(pairs), axis=tuple(range(0, 2 * ndim, 2))).reshape(like.shape)


def repeat(x: Any, repeats: int | Sequence[int], axis: int | None = None) -> Any:
    """`x` with each entry along `axis` repeated; without an axis, `x` as one row."""
    if axis is None:
        x, axis = ravel(x), 0
    return _repeat(x, repeats=repeats, axis=axis)


def _repeat_derivative(dy: Any, y: Any, x: Any, repeats: Any, axis: Any) -> Any:
    return _unrepeat(dy, x, repeats=repeats, axis=axis)


@operation(derivative=_repeat_derivative)
def _repeat(x: Tensor, repeats: Any = 1, axis: int = 0) -> Tensor:
    return np.repeat(x, repeats, axis=axis)


@operation(
    derivative=lambda dy, y, x, like, repeats, axis: (_repeat(dy, repeats=repeats, axis=axis), None)
)
def _unrepeat(x: Tensor, like: Tensor, repeats: Any = 1, axis: int = 0) -> Tensor:
    """The sum over all repetitions of each entry of `like` in `x`."""
    y = np.zeros(like.shape, x.dtype)
    origin = np.repeat(np.arange(like.shape[axis]), repeats)
    np.add.at(np.moveaxis(y, axis, 0), origin, np.moveaxis(x, axis, 0))
    return y


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """`x` with a margin of zeros (or of `constant_values`).

    Args:
        x: any shape.
        pad_width: (before, after) for each axis, or one pair, or one number, for all.
        mode: `"constant"`; no other is offered.
        constant_values: a number.

    Raises:
        ValueError: for another mode.
    """
    if mode != "constant":
        raise ValueError(f"pad: mode must be 'constant'; got {mode!r}")
    return _pad(x, width=pad_width, value=constant_values or 0)


def _pad_derivative(dy: Any, y: Any, x: Any, width: Any, value: Any) -> Any:
    return _unpad(dy, x, width=width)


@operation(derivative=_pad_derivative)
def _pad(x: Tensor, width: Any = 0, value: Any = 0) -> Tensor:
    return np.pad(x, width, constant_values=value)


@operation(derivative=lambda dy, y, x, like, width: (_pad(dy, width=width), None))
def _unpad(x: Tensor, like: Tensor, width: Any = 0) -> Tensor:
    """`x` without its margin."""
    pairs = np.broadcast_to(width, (x.ndim, 2))
    ends = zip(pairs, like.shape, strict=True)
    return x[tuple(slice(before, before + n) for (before, _), n in ends)]

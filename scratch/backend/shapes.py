"""Shapes, and entries put in another order."""

import math
from collections.abc import Sequence
from typing import Any

from scratch import ops

reshape, transpose = ops.reshape, ops.transpose


def int_shape(x: Any) -> tuple[int | None, ...]:
    """The sizes of the axes; None for one that is not known yet."""
    return tuple(x.shape)


def ndim(x: Any) -> int:
    """How many axes it has."""
    return len(x.shape)


def dtype(x: Any) -> str:
    """The name of its type."""
    return str(x.dtype)


def count_params(x: Any) -> int:
    """How many entries it has."""
    return math.prod(x.shape)


def shape(x: Any) -> Any:
    """The sizes of the axes, as ops know them: a tuple, in which a size may be a symbol."""
    return ops.shape(x)


def expand_dims(x: Any, axis: int = -1) -> Any:
    """With a new axis of size 1."""
    return ops.expand_dims(x, axis)


def squeeze(x: Any, axis: int) -> Any:
    """Without an axis of size 1."""
    return ops.squeeze(x, axis)


def flatten(x: Any) -> Any:
    """All entries in one row."""
    return ops.reshape(x, (-1,))


def batch_flatten(x: Any) -> Any:
    """Each sample in one row."""
    return ops.reshape(x, (-1, math.prod(x.shape[1:])))


def permute_dimensions(x: Any, pattern: Sequence[int]) -> Any:
    """Its axes in another order."""
    return ops.transpose(x, pattern)


def concatenate(tensors: Sequence[Any], axis: int = -1) -> Any:
    """One behind the other."""
    return ops.concatenate(tensors, axis=axis)


def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """Along a new axis."""
    return ops.stack(x, axis=axis)


def reverse(x: Any, axes: int | Sequence[int]) -> Any:
    """Back to front."""
    for axis in [axes] if isinstance(axes, int) else axes:
        x = ops.flip(x, axis=axis)
    return x


def repeat(x: Any, n: int) -> Any:
    """Each row n times: (batch, units) -> (batch, n, units).

    Raises:
        ValueError: unless it has two axes.
    """
    if ndim(x) != 2:
        raise ValueError(f"Expected input `x` to have rank 2. Received: rank(x)={ndim(x)}")
    return ops.tile(ops.expand_dims(x, 1), (1, n, 1))


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each entry so many times, along an axis."""
    return ops.repeat(x, rep, axis=axis)


def tile(x: Any, n: int | Sequence[int]) -> Any:
    """It, so many times along each axis."""
    return ops.tile(x, [n] if isinstance(n, int) else n)


def temporal_padding(x: Any, padding: tuple[int, int] = (1, 1)) -> Any:
    """Zeros before and behind the second of three axes.

    Raises:
        ValueError: unless two numbers are given.
    """
    if len(padding) != 2:
        raise ValueError(
            f"Expected `padding` to be a tuple of 2 integers. Received: padding={padding}"
        )
    return ops.pad(x, [[0, 0], list(padding), [0, 0]])


def gather(reference: Any, indices: Any) -> Any:
    """The rows with these numbers."""
    return ops.take(reference, indices, axis=0)


def one_hot(indices: Any, num_classes: int) -> Any:
    """A row for each number, with 1 in its place."""
    return ops.one_hot(indices, num_classes)

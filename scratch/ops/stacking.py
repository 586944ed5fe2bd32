"""Stacking and cutting along axes that have names of their own: rows, columns, depth.

Composed of `concatenate`, `split` and `reshape`, whose derivatives they have.
"""

from collections.abc import Sequence
from typing import Any

from scratch.ops.casting import convert_to_tensor
from scratch.ops.core import ndim, shape
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.indexing import getitem
from scratch.ops.joining import concatenate, split
from scratch.ops.shape import broadcast_to, expand_dims, ravel, reshape, swapaxes

# Joining -------------------------------------------------------------------------------------


def append(x1: Any, x2: Any, axis: int | None = None) -> Any:
    """`x2` after `x1` along `axis`; None makes rows of both first."""
    return concatenate([ravel(x1), ravel(x2)] if axis is None else [x1, x2], axis=axis or 0)


def vstack(xs: Sequence[Any]) -> Any:
    """The tensors one after the other along the first axis.

    As Keras has it on TensorFlow: vectors give one long vector, and no matrix as in NumPy.
    """
    return concatenate(xs, axis=0)


def hstack(xs: Sequence[Any]) -> Any:
    """The tensors one after the other along the second axis; vectors along their only one."""
    return concatenate(xs, axis=0 if ndim(xs[0]) == 1 else 1)


def dstack(xs: Sequence[Any]) -> Any:
    """The tensors one after the other along the third axis, which vectors and matrices get."""
    return concatenate([_with_depth(x) for x in xs], axis=2)


def _with_depth(x: Any) -> Any:
    n = ndim(x)
    if n == 0:
        return reshape(x, (1, 1, 1))
    return expand_dims(x, (0, 2)) if n == 1 else expand_dims(x, 2) if n == 2 else x


def meshgrid(*x: Any, indexing: str = "xy") -> list[Any]:
    """Coordinates of a grid: tensor k of the result holds `x[k]` along its axis of the grid.

    Args:
        x: vectors.
        indexing: `"xy"`: the first two axes of the grid are exchanged; `"ij"`: they are not.

    Raises:
        ValueError: for another `indexing`.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(
            "Valid values for `indexing` are 'xy' and 'ij', "
            f"but received {{0}}: `indexing={indexing!r}`"
        )
    vectors = [ravel(one) for one in x]
    sizes = [shape(one)[0] for one in vectors]
    grids = []
    for k, one in enumerate(vectors):
        along = reshape(one, [-1 if i == k else 1 for i in range(len(vectors))])
        grid = broadcast_to(along, sizes)
        grids.append(swapaxes(grid, 0, 1) if indexing == "xy" and len(vectors) > 1 else grid)
    return grids


# Cutting -------------------------------------------------------------------------------------


def array_split(x: Any, indices_or_sections: int, axis: int = 0) -> list[Any]:
    """`x` cut along `axis` into so many parts, of which the first may be one longer."""
    x = convert_to_tensor(x)
    size, rest = divmod(x.shape[axis], indices_or_sections)
    places = [k * size + min(k, rest) for k in range(1, indices_or_sections)]
    return split(x, places, axis=axis)


def vsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the first axis."""
    return split(x, indices_or_sections, axis=0)


def hsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the second axis, of vectors along their only one."""
    return split(x, indices_or_sections, axis=0 if ndim(x) == 1 else 1)


def dsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the third axis."""
    return split(x, indices_or_sections, axis=2)


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Any]:
    """The parts of `x` along `axis`, which they do not have any more; a list.

    Args:
        x: any shape of rank 1 or more.
        num: how many there are; default: the size of the axis.
        axis: the axis.

    Raises:
        InvalidArgumentError: where the size is another.
        ValueError: where it is not known.
    """
    x = convert_to_tensor(x)
    size = x.shape[axis]
    if num is None and size is None:
        raise ValueError(f"Cannot infer argument `num` from shape {x.shape}")
    if None not in (num, size) and num != size:
        raise InvalidArgumentError(
            f"unstack: axis {axis} of shape {x.shape} has {size} parts, not {num}"
        )
    lead = (slice(None),) * (axis % x.ndim)
    return [getitem(x, (*lead, i)) for i in range(num or size)]

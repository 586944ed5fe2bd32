"""Rolling, turning, exchanging space and depth, and patterns of axes by name.

The derivative of an arrangement is the opposite arrangement.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.ops.casting import convert_to_tensor
from scratch.ops.core import shape
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.shape import flip, reshape, transpose

# Turning -------------------------------------------------------------------------------------


def _roll_derivative(dy: Any, y: Any, x: Any, shift: Any, axis: Any) -> Any:
    back = tuple(-n for n in shift) if isinstance(shift, tuple) else -shift
    return roll(dy, back, axis)


@operation(derivative=_roll_derivative)
def roll(x: Tensor, shift: Any, axis: Any = None) -> Tensor:
    """`x` moved by `shift` places along `axis`; what leaves at the end comes in at the beginning.

    Args:
        x: any shape.
        shift: a number, or one for each axis in `axis`.
        axis: None moves `x` as one row.
    """
    return np.roll(x, shift, axis)


def fliplr(x: Any) -> Any:
    """`x` in reversed order along the second axis."""
    return flip(x, 1)


def flipud(x: Any) -> Any:
    """`x` in reversed order along the first axis."""
    return flip(x, 0)


def rot90(array: Any, k: int = 1, axes: Sequence[int] = (0, 1)) -> Any:
    """`array` turned `k` times by 90 degrees, from the first of `axes` towards the second.

    Raises:
        ValueError: for fewer than two axes, or two that are the same.
    """
    array = convert_to_tensor(array)
    if array.ndim < 2:
        raise ValueError(
            f"Input array must have at least 2 dimensions. Received: array.ndim={array.ndim}"
        )
    if len(axes) != 2 or axes[0] == axes[1]:
        raise ValueError(f"Invalid axes: {axes}. Axes must be a tuple of two different dimensions.")
    return _rot90(array, k=k, axes=tuple(axes))


def _rot90_derivative(dy: Any, y: Any, x: Any, k: int, axes: Any) -> Any:
    return _rot90(dy, k=-k, axes=axes)


@operation(error=ValueError, derivative=_rot90_derivative)
def _rot90(x: Tensor, k: int = 1, axes: Any = (0, 1)) -> Tensor:
    return np.rot90(x, k, axes)


# Space and depth -----------------------------------------------------------------------------


def depth_to_space(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """Channels laid out as blocks: (n, h, w, c b b) -> (n, h b, w b, c).

    Args:
        x: images.
        block_size: b.
        data_format: `"channels_last"`, or `"channels_first"` for (n, c b b, h, w).
    """
    last, b = data_format == "channels_last", block_size
    x = convert_to_tensor(x)
    x = x if last else transpose(x, (0, 2, 3, 1))
    n, h, w, c = shape(x)
    cut = reshape(x, (n, h, w, b, b, c // (b * b)))
    y = reshape(transpose(cut, (0, 1, 3, 2, 4, 5)), (n, h * b, w * b, c // (b * b)))
    return y if last else transpose(y, (0, 3, 1, 2))


def space_to_depth(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """Blocks laid out as channels: (n, h b, w b, c) -> (n, h, w, c b b); see `depth_to_space`."""
    last, b = data_format == "channels_last", block_size
    x = convert_to_tensor(x)
    x = x if last else transpose(x, (0, 2, 3, 1))
    n, h, w, c = shape(x)
    cut = reshape(x, (n, h // b, b, w // b, b, c))
    y = reshape(transpose(cut, (0, 1, 3, 2, 4, 5)), (n, h // b, w // b, c * b * b))
    return y if last else transpose(y, (0, 3, 1, 2))


# Patterns ------------------------------------------------------------------------------------


def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Any:
    """Axes in another order, joined and cut, as a pattern says: `"b (h h2) c -> b h (h2 c)"`.

    Args:
        tensor: any shape.
        pattern: the names of the axes before and after; those in brackets are one axis.
        axes_lengths: sizes of those in a bracket; one of each bracket may be left out.

    Raises:
        ValueError: where the names of the two sides differ.
    """
    before, after = (_groups(side) for side in pattern.split("->"))
    names = [name for group in before for name in group]
    wanted = [name for group in after for name in group]
    if sorted(names) != sorted(wanted):
        raise ValueError(
            f"rearrange: the two sides of {pattern!r} must name the same axes, each of them once"
        )
    tensor = convert_to_tensor(tensor)
    sizes = dict(axes_lengths)
    for group, size in zip(before, shape(tensor), strict=True):
        known = 1
        for name in group:
            known *= sizes.get(name, 1)
        for name in group:
            sizes.setdefault(name, size // known)
    cut = reshape(tensor, [sizes[name] for name in names])
    turned = transpose(cut, [names.index(name) for name in wanted])
    joined = []
    for group in after:
        size = 1
        for name in group:
            size = sizes[name] * size
        joined.append(size)
    return reshape(turned, joined)


def _groups(side: str) -> list[list[str]]:
    return [found.strip("()").split() for found in re.findall(r"\([^)]*\)|\w+", side)]

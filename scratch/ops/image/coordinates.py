"""What an array is at places between its entries: the nearest one, or linear in between.

For the coordinate c along an axis, n = floor(c) and f = c - n:

    order 0    x[round(c)], a half to the even one
    order 1    (1 - f) x[n] + f x[n+1], along each axis

Entries beyond the edges depend on the fill mode; |abcd| is the array:

    constant  kkkk|abcd|kkkk     nearest  aaaa|abcd|dddd     wrap  abcd|abcd|abcd
    reflect   dcba|abcd|dcba     mirror, as Keras computes it on TensorFlow: see `_mirror`

The derivative by the array goes to the entries that were read, by the coordinates to f.
"""

import functools
import itertools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.ops.graph.operation import Tensor, operation

FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: Any = 0
) -> Any:
    """The values of an array at any places (`keras.ops.image.map_coordinates`).

    Args:
        inputs: of any shape.
        coordinates: (rank of `inputs`, ...): for each axis where along it.
        order: 0 for the nearest entry, 1 for what is linear in between.
        fill_mode: `"constant"`, `"nearest"`, `"wrap"`, `"mirror"` or `"reflect"`.
        fill_value: the number for `"constant"`.

    Returns:
        An array of the shape of `coordinates` without its first axis, in the type of `inputs`.

    Raises:
        ValueError: for coordinates that do not fit the array, or an unknown fill mode.
        NotImplementedError: for another order.
    """
    inputs, coordinates = ops.convert_to_tensor(inputs), ops.convert_to_tensor(coordinates)
    sizes = ops.shape(inputs)
    if coordinates.shape[0] != len(sizes):
        raise ValueError(
            "First dim of `coordinates` must be the same as the rank of `inputs`. Received inputs "
            f"with shape: {sizes} and coordinate leading dim of {coordinates.shape[0]}"
        )
    if len(coordinates.shape) < 2:
        raise ValueError(
            "Invalid coordinates rank: expected at least rank 2. Received input with shape: "
            f"{tuple(coordinates.shape)}"
        )
    if fill_mode not in FILL_MODES:
        raise ValueError(
            f"Invalid value for argument `fill_mode`. Expected one of {set(FILL_MODES)}. "
            f"Received: fill_mode={fill_mode}"
        )
    flat = ops.ravel(inputs)

    def gather(indices: Sequence[Any]) -> Any:
        place: Any = 0
        for index, size in zip(indices, sizes, strict=True):
            index = _checked(index, size=size) if isinstance(size, int) else index
            place = place * size + index
        return ops.take(flat, place)

    along = [coordinates[axis] for axis in range(len(sizes))]
    found = interpolated(gather, along, sizes, order, fill_mode, fill_value)
    if np.dtype(inputs.dtype).kind in "iu":
        found = ops.round(found)
    return ops.cast(found, inputs.dtype)


def interpolated(
    gather: Callable[[Sequence[Any]], Any],
    coordinates: Sequence[Any],
    sizes: Sequence[int],
    order: int,
    fill_mode: str,
    fill_value: Any,
) -> Any:
    """The values at `coordinates`, of what `gather` gives for whole ones.

    Args:
        gather: from the index along each axis to the entries.
        coordinates: one tensor for each axis.
        sizes: of the axes.
        order, fill_mode, fill_value: see `map_coordinates`.
    """
    if order not in (0, 1):
        raise NotImplementedError("map_coordinates currently requires order<=1")
    axes = []
    for at, size in zip(coordinates, sizes, strict=True):
        taps = _nearest_entry(at) if order == 0 else _both_neighbours(at)
        axes.append([(_BEYOND[fill_mode](i, size), _within(i, size), w) for i, w in taps])
    terms = []
    for chosen in itertools.product(*axes):
        places, inside, weights = zip(*chosen, strict=True)
        value = ops.cast(gather(places), weights[0].dtype)
        if fill_mode == "constant":
            beyond = ops.cast(ops.convert_to_tensor(fill_value), value.dtype)
            value = ops.where(functools.reduce(ops.logical_and, inside), value, beyond)
        terms.append(ops.multiply(functools.reduce(ops.multiply, weights), value))
    return functools.reduce(operator.add, terms)


def _nearest_entry(at: Any) -> list[tuple[Any, Any]]:
    at = at if np.dtype(at.dtype).kind in "iu" else ops.round(at)
    return [(ops.cast(at, "int32"), ops.cast(ops.convert_to_tensor(1), at.dtype))]


def _both_neighbours(at: Any) -> list[tuple[Any, Any]]:
    below = ops.floor(at)
    share = ops.subtract(at, below)
    index = ops.cast(below, "int32")
    return [(index, ops.subtract(1, share)), (index + 1, share)]


def _within(index: Any, size: int) -> Any:
    return ops.logical_and(ops.greater_equal(index, 0), ops.less(index, size))


@operation()
def _checked(index: Tensor, size: int = 1) -> Tensor:
    """`index`, all of which must be numbers of entries."""
    if index.size and not (index.min() >= 0 and index.max() < size):
        raise IndexError(f"an index outside of [0, {size})")
    return index


# Where an entry beyond the edges is found among `size` ones.


def _nearest(index: Any, size: int) -> Any:
    return ops.clip(index, 0, size - 1)


def _wrap(index: Any, size: int) -> Any:
    return ops.mod(index, size)


def _mirror(index: Any, size: int) -> Any:
    """The distance from 0, and from `size` on back from there: entry `size` itself is missing."""
    around = ops.mod(ops.abs(index), 2 * size)
    return ops.where(ops.less(around, size), around, ops.subtract(2 * size, around))


def _reflect(index: Any, size: int) -> Any:
    around = ops.mod(ops.abs(index), 2 * size)
    return ops.where(ops.less(around, size), around, ops.subtract(2 * size - 1, around))


_BEYOND = {
    "constant": _nearest,
    "nearest": _nearest,
    "wrap": _wrap,
    "mirror": _mirror,
    "reflect": _reflect,
}

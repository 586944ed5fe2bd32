"""Segments of a tensor: rows with the same number are reduced to one.

    y_j = sum, product, largest or smallest of the rows whose id is j

The derivative goes to the rows: of the largest to those that are, in equal parts; of a product to
each the product of the others.
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import maximum
from scratch.ops.casting import cast_like
from scratch.ops.comparison import equal, where
from scratch.ops.complex_step import real
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.symbol import Symbol
from scratch.ops.indexing import take


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """Rows of `data` added up by number: row j is the sum of the rows whose id is j.

    Args:
        data: (n, ...).
        segment_ids: (n,) integers; a negative one drops its row.
        num_segments: rows of the result; default: the largest id plus one, which only numbers can
            tell, and no symbol. (So Keras says; on TensorFlow `segment_sum` takes the number of
            different ids, and refuses ids with a gap.)
        sorted: whether the ids are in rising order, from 0 on; `num_segments` is not asked for
            then.

    Raises:
        ValueError: for ids of another shape than (n,), `num_segments` with `sorted`, or symbols
            without `num_segments`.
        InvalidArgumentError: for ids out of range, or out of order where they should be sorted.
    """
    return _reduced("sum", data, segment_ids, num_segments, sorted)


def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """Rows multiplied by number, 1 where there is none; else as `segment_sum`."""
    return _reduced("prod", data, segment_ids, num_segments, sorted)


def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The largest entries of rows with a number; else as `segment_sum`.

    Where there is none: the smallest number of the type, or 0 where the ids are sorted.
    """
    return _reduced("max", data, segment_ids, num_segments, sorted)


def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The smallest entries of rows with a number; else as `segment_sum`.

    Where there is none: the largest number of the type, or 0 where the ids are sorted.
    """
    return _reduced("min", data, segment_ids, num_segments, sorted)


def _reduced(how: str, data: Any, segment_ids: Any, num_segments: Any, sorted: bool) -> Any:
    rows, ids = (getattr(x, "shape", None) for x in (data, segment_ids))
    if ids is not None and len(ids) != 1:
        raise ValueError(f"Argument `segment_ids` should be an 1-D vector, got shape: {ids}")
    if rows is not None and ids is not None and None not in (rows[0], ids[0]) and rows[0] != ids[0]:
        raise ValueError(
            "Argument `segment_ids` and `data` should have same leading dimension. "
            f"Got {ids} v.s. {rows}."
        )
    if sorted and num_segments is not None:
        raise ValueError(
            "Argument `num_segments` cannot be set when sorted is True. "
            f"Received: num_segments={num_segments}, sorted={sorted}."
        )
    if num_segments is None and isinstance(segment_ids, Symbol):
        raise ValueError(f"segment_{how}: in a graph the argument `num_segments` is needed")
    return _segments(data, segment_ids, how=how, num_segments=num_segments, sorted=sorted)


def _segments_derivative(
    dy: Any, y: Any, data: Any, ids: Any, how: str, num_segments: Any, sorted: bool
) -> tuple:
    def back(x: Any) -> Any:
        return _without_negatives(take(x, maximum(ids, 0), axis=0), ids)

    def added(x: Any) -> Any:
        return _segments(x, ids, how="sum", num_segments=num_segments, sorted=sorted)

    if how == "sum":
        return back(dy), None
    if how in ("max", "min"):
        chosen = cast_like(equal(data, back(y)), data)
        return back(dy) * chosen / maximum(back(added(chosen)), 1), None
    zero = equal(data, 0)
    zeros = back(added(cast_like(zero, data)))
    rest = _segments(
        where(zero, 1, data), ids, how="prod", num_segments=num_segments, sorted=sorted
    )
    others = where(zero, where(equal(zeros, 1), back(rest), 0), back(y) / where(zero, 1, data))
    return back(dy) * others, None


_START = {"sum": 0, "prod": 1}


@operation(derivative=_segments_derivative)
def _segments(
    data: Tensor,
    segment_ids: Tensor,
    how: str = "sum",
    num_segments: int | None = None,
    sorted: bool = False,
) -> Tensor:
    if sorted and (np.any(segment_ids < 0) or np.any(np.diff(segment_ids) < 0)):
        raise InvalidArgumentError(f"segment_{how}: ids are not increasing: {segment_ids}")
    rows = int(segment_ids.max(initial=-1)) + 1 if num_segments is None else num_segments
    kept = segment_ids >= 0
    ids, given = segment_ids[kept], data[kept]
    if how in _START:
        total = np.full((rows, *data.shape[1:]), _START[how], data.dtype)
        (np.add if how == "sum" else np.multiply).at(total, ids, given)
        return total
    limits = (np.finfo if data.dtype.kind in "fc" else np.iinfo)(data.dtype)
    nothing = 0 if sorted else limits.min if how == "max" else limits.max
    total = np.full((rows, *data.shape[1:]), nothing, data.dtype)
    for i in np.unique(ids):  # of complex steps, too, the one with the largest real part
        part = given[ids == i]
        places = (np.argmax if how == "max" else np.argmin)(real(part), axis=0)
        total[i] = np.take_along_axis(part, places[None], axis=0)[0]
    return total


def _without_negatives_derivative(dy: Any, y: Any, x: Any, ids: Any) -> tuple:
    return _without_negatives(dy, ids), None


@operation(derivative=_without_negatives_derivative)
def _without_negatives(x: Tensor, ids: Tensor) -> Tensor:
    """The rows of `x`, but zeros where the id is negative."""
    return np.where(np.reshape(ids >= 0, (-1,) + (1,) * (x.ndim - 1)), x, x.dtype.type(0))

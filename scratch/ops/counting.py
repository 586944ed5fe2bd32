"""Counting and adding up by number. None of these has a derivative but `segment_sum`."""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import maximum
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.symbol import Symbol
from scratch.ops.indexing import take


@operation()
def in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Tensor:
    """Whether class `targets[i]` is among the k largest of `predictions[i]`; (n,), (n, c) -> (n,).

    Ties with the k-th count as well. A class that does not exist, or a row with a number that is
    not finite, gives False. Fractions of `targets` are cut off.
    """
    if predictions.ndim != 2 or targets.shape != predictions.shape[:1]:
        raise InvalidArgumentError(
            "in_top_k: expected a class for each row of predictions, (n,) and (n, c). Received: "
            f"targets {targets.shape}, predictions {predictions.shape}"
        )
    targets = targets.astype("int64", copy=False)
    exists = (targets >= 0) & (targets < predictions.shape[-1])
    places = np.where(exists, targets, 0)[:, None]
    score = np.take_along_axis(predictions, places, axis=-1)
    finite = np.isfinite(predictions).all(axis=-1)
    return exists & finite & ((predictions > score).sum(axis=-1) < k)


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """Rows of `data` added up by number: row j is the sum of the rows whose id is j.

    Args:
        data: (n, ...).
        segment_ids: (n,) integers; a negative one drops its row.
        num_segments: rows of the result; default: the largest id plus one, which only numbers can
            tell, and no symbol. (So Keras says; on TensorFlow it takes the number of different ids,
            and refuses ids with a gap.)
        sorted: whether the ids are in rising order, from 0 on; `num_segments` is not asked for
            then.

    Raises:
        ValueError: for ids of another shape than (n,), `num_segments` with `sorted`, or symbols
            without `num_segments`.
        InvalidArgumentError: for ids out of range, or out of order where they should be sorted.
    """
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
        raise ValueError("segment_sum: in a graph the argument `num_segments` is needed")
    return _segment_sum(data, segment_ids, num_segments=num_segments, sorted=sorted)


def _segment_derivative(
    dy: Any, y: Any, data: Any, segment_ids: Any, num_segments: Any, sorted: bool
) -> tuple:
    return _without_negatives(take(dy, maximum(segment_ids, 0), axis=0), segment_ids), None


@operation(derivative=_segment_derivative)
def _segment_sum(
    data: Tensor, segment_ids: Tensor, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    if sorted and (np.any(segment_ids < 0) or np.any(np.diff(segment_ids) < 0)):
        raise InvalidArgumentError(f"segment_sum: segment ids are not increasing: {segment_ids}")
    rows = int(segment_ids.max(initial=-1)) + 1 if num_segments is None else num_segments
    total = np.zeros((rows, *data.shape[1:]), data.dtype)
    kept = segment_ids >= 0
    np.add.at(total, segment_ids[kept], data[kept])
    return total


def _without_negatives_derivative(dy: Any, y: Any, x: Any, ids: Any) -> tuple:
    return _without_negatives(dy, ids), None


@operation(derivative=_without_negatives_derivative)
def _without_negatives(x: Tensor, ids: Tensor) -> Tensor:
    """The rows of `x`, but zeros where the id is negative."""
    return np.where(np.reshape(ids >= 0, (-1,) + (1,) * (x.ndim - 1)), x, x.dtype.type(0))

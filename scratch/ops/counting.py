"""Counting and adding up by number. None of these has a derivative but `segment_sum`."""

from typing import Any

import numpy as np

from scratch.ops.indexing import take
from scratch.ops.operation import Tensor, operation


@operation()
def in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Tensor:
    """Whether class `targets[i]` is among the k largest of `predictions[i]`; (n,), (n, c) -> (n,).

    Ties with the k-th count as well. A class that does not exist, or a row with a number that is
    not finite, gives False.
    """
    exists = (targets >= 0) & (targets < predictions.shape[-1])
    places = np.where(exists, targets, 0)[:, None]
    score = np.take_along_axis(predictions, places, axis=-1)
    finite = np.isfinite(predictions).all(axis=-1)
    return exists & finite & ((predictions > score).sum(axis=-1) < k)


def _segment_derivative(dy: Any, y: Any, data: Any, segment_ids: Any, num_segments: Any) -> tuple:
    return take(dy, segment_ids, axis=0), None


@operation(derivative=_segment_derivative)
def segment_sum(data: Tensor, segment_ids: Tensor, num_segments: int | None = None) -> Tensor:
    """Rows of `data` added up by number: row j is the sum of the rows whose id is j.

    Args:
        data: (n, ...).
        segment_ids: (n,) integers; a negative one drops its row.
        num_segments: rows of the result; default: as many as the ids need.
    """
    rows = int(segment_ids.max()) + 1 if num_segments is None else num_segments
    total = np.zeros((rows, *data.shape[1:]), data.dtype)
    kept = segment_ids >= 0
    np.add.at(total, segment_ids[kept], data[kept])
    return total

"""Windows over a series of data, as batches."""

from typing import Any

import numpy as np

from scratch.data.dataset import Dataset
from scratch.ops.graph.promotion import to_array

_LOWER = "must be lower than the length of the data"


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Dataset:
    """Windows of rows, and their targets (`keras.utils.timeseries_dataset_from_array`).

    Window i holds the rows i, i + r, i + 2 r, ... of the data, r the `sampling_rate`, and belongs
    to `targets[i]`.

    Args:
        data: rows in the order of time.
        targets: for each place at which a window may begin; or None.
        sequence_length: rows of a window.
        sequence_stride: from one window to the next.
        sampling_rate: from one row of a window to the next.
        batch_size: windows of a batch; None for single windows.
        shuffle: whether their order is Keras's random one, another in every pass.
        seed: of it; default: drawn by `np.random`.
        start_index, end_index: between which rows windows lie.
        format: `"tf"` or `"grain"`: here the same.

    Returns:
        Windows, or pairs of them and targets; batches of shape (batch, sequence_length, ...).

    Raises:
        ValueError: for a stride or rate that is not positive or too large, for indices outside of
            the data.
    """
    _check_indices(len(data), start_index, end_index)
    for name, step in (("sampling_rate", sampling_rate), ("sequence_stride", sequence_stride)):
        _require(step > 0, name, "must be higher than 0", step)
        _require(step < len(data), name, _LOWER, step, len(data))
    if format not in ("tf", "grain"):
        raise ValueError(f'`format` should be either "tf" or "grain". Received: format={format}')
    first = start_index or 0
    rows = to_array(data[first:end_index])
    n = len(data[first:end_index]) - (sequence_length - 1) * sampling_rate
    if targets is not None:
        n = min(n, len(targets))
        targets = to_array(targets[first:end_index])
    starts = np.arange(0, n, sequence_stride)
    if shuffle:
        seed = np.random.randint(1_000_000) if seed is None else seed
        np.random.RandomState(seed).shuffle(starts)
    reach = np.arange(sequence_length) * sampling_rate

    def window(i: Any) -> Any:
        x = rows[i + reach]
        return x if targets is None else (x, targets[i])

    dataset = Dataset.of_arrays(starts)
    if shuffle:
        dataset = dataset.shuffle(1024 if batch_size is None else batch_size * 8, seed)
    dataset = dataset.map(window)
    return dataset if batch_size is None else dataset.batch(batch_size)


def _check_indices(n: int, start: int | None, end: int | None) -> None:
    if start:
        _require(start >= 0, "start_index", "must be 0 or greater", start)
        _require(start < n, "start_index", _LOWER, start, n)
    if end:
        if start and end <= start:
            raise ValueError(
                "`end_index` must be higher than `start_index`. Received: "
                f"start_index={start}, and end_index={end} "
            )
        _require(end < n, "end_index", _LOWER, end, n)
        _require(end > 0, "end_index", "must be higher than 0", end)


def _require(fits: bool, name: str, rule: str, value: int, n: int | None = None) -> None:
    if not fits:
        of = "" if n is None else f", for data of length {n}"
        raise ValueError(f"`{name}` {rule}. Received: {name}={value}{of}")

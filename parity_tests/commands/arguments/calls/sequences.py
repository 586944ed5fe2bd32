"""Sequences: padded, and cut into windows."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls.call import Call


def _windows(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    """Two passes."""
    dataset = thing(**given)
    return [
        [np.asarray(part) for part in (batch if isinstance(batch, tuple) else [batch])]
        for _ in range(2)
        for batch in dataset
    ]


_DATA = np.arange(20, dtype="float32")

SEQUENCES = {
    "utils.pad_sequences": Call(
        {"sequences": [[1, 2, 3], [4]]},
        {
            "sequences": [[5], [6, 7]],
            "maxlen": 2,
            "dtype": "float32",
            "padding": "post",
            "truncating": "post",
            "value": 9,
        },
        {"truncating": {"maxlen": 2}},
    ),
    "utils.timeseries_dataset_from_array": Call(
        {"data": _DATA, "targets": _DATA, "sequence_length": 3},
        {
            "data": -_DATA,
            "targets": -_DATA,
            "sequence_length": 4,
            "sequence_stride": 2,
            "sampling_rate": 2,
            "batch_size": 5,
            "shuffle": True,
            "seed": 4,
            "start_index": 2,
            "end_index": 15,
            "format": "csv",
        },
        {"shuffle": {"seed": 3}, "seed": {"shuffle": True}},
        _windows,
    ),
}

"""Sequences of different lengths as one array."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences padded, or cut, to one length (`keras.utils.pad_sequences`).

    Args:
        sequences: each a list of numbers, of texts, or of arrays of one shape.
        maxlen: the length; default: that of the longest.
        dtype: of the result; `object` for texts of different lengths.
        padding, truncating: `"pre"` or `"post"`: at which end.
        value: what is put there.

    Returns:
        Shape (number of sequences, maxlen, ...).

    Raises:
        ValueError: for what is no list of sequences, for entries of different shapes, for a text to
            pad numbers with, for an unknown end.
    """
    if not hasattr(sequences, "__len__"):
        raise ValueError("`sequences` must be iterable.")
    lengths = [_length(sequence) for sequence in sequences]
    filled: Any = next((s for s, n in zip(sequences, lengths, strict=True) if n), [])
    shape = np.asarray(filled).shape[1:]
    texts = np.issubdtype(dtype, np.str_) or np.issubdtype(dtype, np.bytes_)
    if isinstance(value, str) and dtype is not object and not texts:
        raise ValueError(
            f"`dtype` {dtype} is not compatible with `value`'s type: {type(value)}\nYou should set "
            "`dtype=object` for variable length strings."
        )
    if maxlen is None:
        maxlen = int(np.max(lengths))
    padded = np.full((len(sequences), maxlen, *shape), value, dtype=dtype)
    for i, sequence in enumerate(sequences):
        if not lengths[i]:
            continue
        if truncating not in ("pre", "post"):
            raise ValueError(f'Truncating type "{truncating}" not understood')
        kept = sequence[-maxlen:] if truncating == "pre" else sequence[:maxlen]
        kept = np.asarray(kept, dtype=dtype)
        if kept.shape[1:] != shape:
            raise ValueError(
                f"Shape of sample {kept.shape[1:]} of sequence at position {i} is different from "
                f"expected shape {shape}"
            )
        if padding not in ("pre", "post"):
            raise ValueError(f'Padding type "{padding}" not understood')
        place = slice(-len(kept), None) if padding == "pre" else slice(len(kept))
        padded[i, place] = kept
    return padded


def _length(sequence: Any) -> int:
    try:
        return len(sequence)
    except TypeError as error:
        raise ValueError(
            f"`sequences` must be a list of iterables. Found non-iterable: {sequence}"
        ) from error

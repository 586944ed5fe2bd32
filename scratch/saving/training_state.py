"""The state of a training, beside the weights in one file.

    training-state / json               the state as text: see `scratch.serialization.plain`
    training-state / arrays / 0, 1      the arrays in it

Whoever loads the weights, Keras too, passes it over.
"""

import json
import os
from typing import Any

import numpy as np

from scratch.saving import keras_format
from scratch.saving.bounded_json import parse
from scratch.serialization.plain import decoded, encoded


def extra_of(state: dict[str, Any]) -> dict[str, np.ndarray]:
    """The arrays that stand for a state of plain values."""
    tree, arrays = encoded(state)
    found = {f"arrays/{number}": array for number, array in enumerate(arrays)}
    return {"json": np.frombuffer(json.dumps(tree).encode(), "u1"), **found}


def save_with_state(model: Any, path: str, state: dict[str, Any]) -> None:
    """Writes a `.keras` or `.weights.h5` file that holds the state of a training as well."""
    save = keras_format.save_model if path.endswith(".keras") else keras_format.save_weights
    save(model, path, extra=extra_of(state))


def check_readable(path: str) -> None:
    """Reads all arrays of a file of weights.

    Raises:
        OSError, ValueError: for a file that is broken.
    """
    with keras_format.reading(path) as reader:
        for group in reader.paths():
            for key in reader.keys(group):
                reader.read(group, key)


def read_state(path: str | os.PathLike) -> dict[str, Any] | None:
    """The state in a file; None where there is none.

    Raises:
        OSError, ValueError: for a file that is missing or broken, or a state that is none.
    """
    path = os.fspath(path)
    found = keras_format.read_extra(path)
    if not found:
        return None
    text = found.pop("json", None)
    arrays = [found.get(f"arrays/{number}") for number in range(len(found))]
    if text is None or text.dtype != "u1" or text.ndim != 1 or any(a is None for a in arrays):
        raise ValueError(f"{path}: the state of the training in it is not whole. Take another copy")
    tree = parse(text.tobytes(), f"{path}: the state of the training")
    try:
        state = decoded(tree, arrays)  # type: ignore[arg-type]
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{path}: the state of the training in it is not understood: {str(error)[:300]}. Take "
            "another copy"
        ) from None
    if not isinstance(state, dict):
        raise ValueError(f"{path}: the state of the training in it is no dictionary")
    return state

"""What a user passes to `fit`, as arrays: samples, labels, weights, in any structure.

Floating-point data take the type `config.floatx()`; integers keep theirs.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch import config, tree
from scratch.data.tables import array_of, column_of, is_table


def as_arrays(name: str, data: Any) -> Any:
    """`data` as an array, or as several in the same structure.

    A list of arrays is several; a list of numbers is refused, as in Keras.
    """
    if isinstance(data, dict):
        return {key: as_arrays(f"{name}[{key!r}]", part) for key, part in data.items()}
    if isinstance(data, list | tuple) and any(_holds_arrays(part) for part in data):
        parts = [as_arrays(f"{name}[{i}]", part) for i, part in enumerate(data)]
        return tuple(parts) if isinstance(data, tuple) else parts
    return as_array(name, data)


def _holds_arrays(x: Any) -> bool:
    if isinstance(x, list | tuple):
        return any(map(_holds_arrays, x))
    return isinstance(x, dict) or (hasattr(x, "shape") and len(x.shape) > 0)


def as_array(name: str, data: Any) -> np.ndarray | None:
    """`data` as an array that has rows; floating-point data in the type `config.floatx()`.

    Raises:
        ValueError: for data that is no array of numbers, or has no rows.
    """
    if data is None:
        return None
    if isinstance(data, list | tuple | range):
        raise ValueError(
            f"Unrecognized data type: {name}={str(data)[:60]} (of type {type(data)}). Like Keras, "
            f"this takes arrays, not lists of numbers: pass np.array({name.partition('[')[0]})"
        )
    if is_table(data):
        array = array_of(name, data)
    elif hasattr(data, "to_numpy"):  # a single column
        array = column_of(name, data)
    else:
        array = np.asarray(data)
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"`{name}` must be an array of numbers; got {type(data).__name__} of type {array.dtype}"
            + _hint(array)
        )
    if array.ndim == 0:
        raise ValueError(f"`{name}` must have at least one axis, the samples; got a single number")
    return array.astype(config.floatx(), copy=False) if array.dtype.kind == "f" else array


def _hint(array: np.ndarray) -> str:
    """What to do about an array that holds no numbers."""
    if array.dtype.kind in "US":
        return (
            ". Turn text into class numbers first, e.g. by "
            "`names, numbers = np.unique(y, return_inverse=True)`"
        )
    if array.dtype.kind == "O" and array.ndim == 1 and len({np.shape(row) for row in array}) > 1:
        return ". Its rows differ in length: pad them to one length"
    return ""


def check_lengths(x: Any, y: Any, weight: Any) -> None:
    """Raises ValueError unless samples, labels and weights are equally many."""
    lengths = {
        name: [len(a) for a in tree.flatten(given) if a is not None]
        for name, given in (("x", x), ("y", y), ("sample_weight", weight))
    }
    if len({n for sizes in lengths.values() for n in sizes}) > 1:
        sizes = ", ".join(
            f"'{name}' sizes: {', '.join(map(str, n))}" for name, n in lengths.items() if n
        )
        raise ValueError(
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
            f"samples. {sizes}"
        )


def check_weights(y: Any, weight: Any) -> None:
    """Raises ValueError where several outputs have weights in another structure."""
    if not (tree.is_nested(y) and tree.is_nested(weight)):
        return
    if tree.map_structure(type, y) != tree.map_structure(type, weight):
        names = (tree.map_structure(lambda _: "*", given) for given in (y, weight))
        raise ValueError(
            "You should provide one `sample_weight` array per output in `y`. The two structures "
            "did not match: y is {}, sample_weight is {}".format(*names)
        )


def weights_of_classes(y: Any, class_weight: Mapping[int, float]) -> np.ndarray:
    """One weight for each sample: that of its class, 1 for classes that are not named.

    Args:
        y: class numbers (n,) or (n, 1), or one-hot labels (n, k).
        class_weight: from class number to weight.
    """
    if y is None:
        raise ValueError("`class_weight` needs labels: `y` is None")
    if tree.is_nested(y):
        raise ValueError("`class_weight` is only supported for Models with a single output.")
    classes = y
    if y.ndim > 1:
        classes = y[..., 0] if y.shape[-1] == 1 else y.argmax(axis=-1)
    numbers = np.round(classes).astype("int32")
    weights = np.ones(numbers.shape, config.floatx())
    for number, weight in class_weight.items():
        weights[numbers == number] = weight
    return weights


def split_validation(
    arrays: tuple[Any, ...], validation_split: float
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Cuts off the last part of every array for validation.

    Args:
        arrays: each an array, a structure of arrays, or None.
        validation_split: the share that is cut off, between 0 and 1.

    Raises:
        ValueError: when either part would be empty.
    """
    arrays = tuple(None if a is None else as_arrays("data", a) for a in arrays)
    rows = next(len(a) for a in tree.flatten(arrays) if a is not None)
    at = math.floor(rows * (1.0 - validation_split))
    if at in (0, rows):
        raise ValueError(
            f"Training data contains {rows} samples, which is not sufficient to split it into a "
            f"validation and training set as specified by `validation_split={validation_split}`. "
            "Either provide more data, or a different value for the `validation_split` argument."
        )

    def cut(part: slice) -> tuple[Any, ...]:
        return tree.map_structure(lambda a: None if a is None else a[part], arrays)

    return cut(slice(None, at)), cut(slice(at, None))

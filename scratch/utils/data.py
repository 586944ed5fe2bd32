"""Small tools for training data: splitting, packing, scaling."""

import math
import random
from typing import Any

import numpy as np

from scratch.ops.norms import normalize as normalize_tensor


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """Vectors along `axis` divided by their norm (`keras.utils.normalize`); zero vectors stay.

    An array along axis 0 is divided by its columns' norms row by row, and a vector gets a first
    axis of 1: as in Keras, and not as it says.

    Args:
        x: an array of any shape, or a tensor of a graph.
        axis: of the vectors.
        order: of the norm.
    """
    if not isinstance(x, np.ndarray):
        return normalize_tensor(x, axis=axis, order=order)
    norm = np.atleast_1d(np.linalg.norm(x, order, axis))
    norm[norm == 0] = 1
    return x / np.expand_dims(norm, axis or -1)


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Any, Any]:
    """The first and the last part of a dataset (`keras.utils.split_dataset`), as arrays.

    Keras makes `tf.data` datasets of the two; here they keep the structure that they came in.

    Args:
        dataset: an array, or a list or tuple of arrays of one length.
        left_size, right_size: of the parts, as numbers of samples or as shares; one may be
            missing: it is what is left.
        shuffle: whether to shuffle first, in the order that Python's `random` gives for `seed`.
        seed: a number; default: another order every time.
        preferred_backend: accepted because Keras has it.

    Raises:
        TypeError: for another kind of dataset or size.
        ValueError: for sizes that do not fit the dataset, or an empty one.
    """
    arrays = [dataset] if isinstance(dataset, np.ndarray) else dataset
    if not isinstance(arrays, list | tuple):
        raise TypeError(
            "The `dataset` argument must be an array, or a list or tuple of arrays. "
            f"Received: dataset={dataset} of type {type(dataset)}"
        )
    if not arrays:
        raise ValueError("Received an empty dataset. Please provide a non-empty list of arrays.")
    arrays = [np.asarray(a) for a in arrays]
    rows = len(arrays[0])
    if any(len(a) != rows for a in arrays):
        raise ValueError(
            f"`dataset` must hold arrays of one length; got {[len(a) for a in arrays]}"
        )
    left, right = _sizes(left_size, right_size, rows)
    order = list(range(rows))
    if shuffle:
        random.Random(random.randint(0, 10**6) if seed is None else seed).shuffle(order)

    def part(chosen: list[int]) -> Any:
        pieces = [a[chosen] for a in arrays]
        if isinstance(dataset, np.ndarray):
            return pieces[0]
        return tuple(pieces) if isinstance(dataset, tuple) else pieces

    return part(order[:left]), part(order[rows - right :])


def _sizes(left: Any, right: Any, rows: int) -> tuple[int, int]:
    """Both sizes as numbers of samples."""
    given = {"left_size": left, "right_size": right}
    if left is None and right is None:
        raise ValueError(
            "At least one of the `left_size` or `right_size` must be specified. Received: "
            "left_size=None and right_size=None"
        )
    for name, size in given.items():
        if size is None:
            continue
        if type(size) not in (int, float):
            raise TypeError(
                f"Invalid `{name}` argument. Expected an integer or a float. Received: "
                f"{name}={size} of type {type(size)}"
            )
        whole = isinstance(size, int)
        if size <= 0 or size >= (rows if whole else 1):
            raise ValueError(
                f"`{name}` should be either a positive integer smaller than {rows}, or a float "
                f"within the range `[0, 1]`. Received: {name}={size}"
            )
    if isinstance(left, float) and isinstance(right, float) and left + right > 1:
        raise ValueError(
            "The sum of `left_size` and `right_size` is greater than 1. It must be less than or "
            f"equal to 1. Received: left_size={left}, right_size={right}"
        )
    n = round(left * rows) if isinstance(left, float) else left
    m = round(right * rows) if isinstance(right, float) else right
    n = rows - m if n is None else n
    m = rows - n if m is None else m
    if n + m > rows:
        raise ValueError(
            "The sum of `left_size` and `right_size` should be smaller than the samples "
            f"{rows}. Received: left_size={left}, right_size={right}"
        )
    if 0 in (n, m) or math.isnan(n + m):
        raise ValueError(
            f"With `dataset` of length={rows}, `left_size`={left} and `right_size`={right}, one of "
            "the parts will be empty. Adjust any of the aforementioned parameters."
        )
    return n, m


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """What a batch looks like: x, (x, y) or (x, y, sample_weight)."""
    if y is None:
        return (x,) if isinstance(x, list | tuple) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """A batch as (x, y, sample_weight), with None for what it lacks.

    Raises:
        ValueError: for a tuple of another length.
    """
    if not isinstance(data, list | tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, "
            f"found: {data}"
        )
    x, y, weight = (*data, None, None)[:3]
    return x, y, weight

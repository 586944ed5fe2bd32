"""Counting, searching, sets of numbers. Only `psnr` and `select` have a derivative."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.ops.arithmetic import square, subtract
from scratch.ops.casting import cast, cast_like, convert_to_tensor
from scratch.ops.comparison import where
from scratch.ops.elementwise import log10
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.eager import eager
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import as_index, result_type, to_array
from scratch.ops.graph.symbol import Symbol
from scratch.ops.nn import one_hot
from scratch.ops.reduction import any, max, mean

# Classes -------------------------------------------------------------------------------------


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


def multi_hot(
    inputs: Any,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
) -> Any:
    """1 at every class that is named, 0 elsewhere; (n, m) -> (n, num_classes).

    Args:
        inputs: integers; a vector is one sample. Negative ones name no class.
        num_classes: how many there are.
        axis: where the classes lie.
        dtype: of the result; default: `config.floatx()`.
        sparse: sparse tensors are not offered.

    Raises:
        ValueError: without `num_classes`, or for `sparse=True`.
    """
    if num_classes is None:
        raise ValueError("Argument `num_classes` must be specified.")
    if sparse:
        raise ValueError("multi_hot: sparse tensors are not offered: leave `sparse=False`")
    inputs = convert_to_tensor(inputs)
    named = one_hot(inputs, num_classes, axis=axis, dtype=dtype)
    over = 1 if inputs.ndim > 1 else 0
    return any(named, axis=over) if named.dtype == "bool" else max(named, axis=over)


def psnr(x1: Any, x2: Any, max_val: float) -> Any:
    """The ratio of a signal's largest value to its error, in decibels (peak signal-to-noise ratio).

    Args:
        x1, x2: two signals of one shape.
        max_val: the largest value there can be.

    Raises:
        ValueError: for two shapes.
    """
    x1, x2 = map(convert_to_tensor, (x1, x2))
    if x1.shape != x2.shape:
        raise ValueError(
            f"Input shapes {x1.shape} and {x2.shape} must match for PSNR calculation. "
        )
    return 20 * log10(cast_like(max_val, x2)) - 10 * log10(mean(square(subtract(x1, x2))))


# Counting ------------------------------------------------------------------------------------


def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """How often 0, 1, 2, ... occur; int32, or sums of weights.

    Args:
        x: integers that are not negative; (n,), or (m, n) for m counts.
        weights: what each counts for, in the shape of `x`; default 1.
        minlength: how many numbers the result has at least; the largest plus one where that is
            more.
        sparse: sparse tensors are not offered.

    Raises:
        InvalidArgumentError: for negative numbers.
        ValueError: for `sparse=True`.
    """
    if sparse:
        raise ValueError("bincount: sparse tensors are not offered: leave `sparse=False`")
    x = to_array(x)
    rows = np.atleast_2d(x).astype("int64")
    if rows.min(initial=0) < 0:
        raise InvalidArgumentError(f"bincount: input must be non-negative. Received: {x}")
    n = int(np.maximum(rows.max(initial=-1) + 1, minlength or 0))
    if weights is None:
        dtype, amounts = np.dtype("int32"), np.ones(rows.shape, "int32")
    else:
        weights = to_array(weights)
        dtype, amounts = result_type((x, weights)), np.atleast_2d(weights)
    counts = np.zeros((len(rows), n), amounts.dtype)
    np.add.at(counts, (np.arange(len(rows))[:, None], rows), amounts)
    return eager((counts if x.ndim == 2 else counts[0]).astype(dtype))


def histogram(x: Any, bins: int = 10, range: tuple[float, float] | None = None) -> tuple[Any, Any]:
    """How many numbers lie in each of `bins` intervals, and their edges.

    Args:
        x: a vector.
        bins: how many intervals.
        range: the first and the last edge; default: the smallest and the largest number.

    Returns:
        (counts, edges), of `bins` and `bins + 1` numbers in the type of `x`.

    Raises:
        InvalidArgumentError: for a number of bins that is not positive.
        ValueError: for another rank than 1, or a range that is not two numbers in rising order.
    """
    if not isinstance(bins, int) or bins <= 0:
        raise InvalidArgumentError(
            f"Argument `bins` should be a positive integer. Received: bins={bins}"
        )
    if range is not None and (len(range) != 2 or range[1] < range[0]):
        raise ValueError(f"Argument `range` must be a tuple of two elements. Received: {range}")
    x = to_array(x)
    if x.ndim != 1:
        raise ValueError(f"Input tensor must be 1-dimensional. Received: input.shape={x.shape}")
    low, high = (x.min(), x.max()) if range is None else range
    edges = np.linspace(low, high, bins + 1).astype(x.dtype)
    inside = x[(x >= low) & (x <= high)]
    places = np.searchsorted(edges[1:-1], inside, side="right")
    return eager(np.bincount(places, minlength=bins).astype(x.dtype)), eager(edges)


# Searching -----------------------------------------------------------------------------------


@operation()
def digitize(x: Tensor, bins: Any) -> Tensor:
    """The number of boundaries (in rising order, held in float32) that lie at or below `x`."""
    boundaries = np.asarray(bins, "float32")
    if np.any(np.diff(boundaries) < 0):
        raise InvalidArgumentError(f"digitize: expected sorted boundaries, got {boundaries}")
    return np.digitize(x, boundaries).astype("int32")


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """How many numbers of a rising sequence lie below each value (`"right"`: at or below); int32.

    Raises:
        ValueError: for a sequence of another rank than 1.
    """
    sorted_sequence = convert_to_tensor(sorted_sequence)
    if sorted_sequence.ndim != 1:
        raise ValueError(
            "`searchsorted` only supports 1-D sorted sequences. Received: "
            f"sorted_sequence.shape={sorted_sequence.shape}"
        )
    return _searchsorted(sorted_sequence, values, side=side)


@operation()
def _searchsorted(sequence: Tensor, values: Tensor, side: str = "left") -> Tensor:
    return np.searchsorted(sequence, values, side=side).astype("int32")  # type: ignore[call-overload]


@operation()
def isin(x1: Tensor, x2: Tensor, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each entry of `x1` is among `x2` (with `invert`: is not).

    `assume_unique` changes nothing. Where one of the two is empty all are False, as in Keras.
    """
    if not np.size(x1) or not np.size(x2):
        return np.zeros(np.shape(x1), bool)
    dtype = result_type((x1, x2))
    return np.isin(x1.astype(dtype), x2.astype(dtype), invert=invert)


def nonzero(x: Any) -> list[Any]:
    """The places that are not 0: one vector of int32 for each axis. Of numbers, not of symbols.

    Raises:
        ValueError: for a symbol, of which it is not known how many there are.
    """
    return [eager(places.astype("int32")) for places in np.nonzero(_known("nonzero", x))]


def _known(function: str, x: Any) -> np.ndarray:
    if isinstance(x, Symbol):
        raise ValueError(
            f"{function}: the shape of the result depends on numbers, and {x!r} has none yet. "
            "Call it on tensors, outside of the definition"
        )
    return np.asarray(to_array(x))


def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The different entries of `x`, or its different parts along `axis`.

    Args:
        x: any shape.
        sorted: in rising order, or in the order in which they come.
        return_index: also where each comes first.
        return_inverse: also which of them each entry is.
        return_counts: also how often each comes.
        axis: None takes `x` as one row.
        size: how many to return: the first, or all and then `fill_value` (default 0).
        fill_value: see `size`.

    Returns:
        The entries, or a tuple of them and what was asked for (int32).

    Raises:
        ValueError: for a symbol, of which it is not known how many there are.
    """
    x = _known("unique", x)
    y, index, inverse, counts = np.unique(
        x, return_index=True, return_inverse=True, return_counts=True, axis=axis
    )
    along = 0 if axis is None else axis
    if not sorted:
        order = np.argsort(index, stable=True)
        y, index, counts = np.take(y, as_index(order), axis=along), index[order], counts[order]
        inverse = np.argsort(order, stable=True)[inverse]
    if size is not None:
        missing = np.maximum(size - len(index), 0)
        margins = [(0, missing if i == along % y.ndim else 0) for i in np.arange(y.ndim)]
        y = np.take(y, as_index(np.arange(min(size, len(index)))), axis=along)
        y = np.pad(y, margins, constant_values=0 if fill_value is None else fill_value)
        index = np.pad(index[:size], (0, missing), constant_values=1)
        counts = np.pad(counts[:size], (0, missing))
    inverse = inverse.reshape(x.shape if axis is None else -1)
    asked = ((return_index, index), (return_inverse, inverse), (return_counts, counts))
    more = [eager(found.astype("int32")) for wanted, found in asked if wanted]
    return (eager(y), *more) if more else eager(y)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """At each place the choice whose condition is the first to hold, else `default`.

    Raises:
        ValueError: for lists of two lengths, or empty ones.
    """
    if not len(condlist) or len(condlist) != len(choicelist):
        raise ValueError(
            "condlist and choicelist must have the same length, which is at least 1. "
            f"Received: len(condlist)={len(condlist)}, len(choicelist)={len(choicelist)}"
        )
    y = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        y = where(cast(condition, "bool"), choice, y)
    return y

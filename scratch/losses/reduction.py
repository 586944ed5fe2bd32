"""From one loss per sample to one number.

    sum_over_batch_size, mean     sum_i w_i L_i / (number of losses)
    sum                           sum_i w_i L_i
    mean_with_sample_weight       sum_i w_i L_i / sum_i w_i
    none                          w_i L_i, not reduced (its gradient is that of the sum)

Note the first: a weighted loss is divided by how many losses there are, never by the weights' sum.
A mask counts as weights: total / valid for what it keeps, 0 for the rest, so that the mean is taken
over what it keeps.
"""

import functools
import math
from typing import Any

import numpy as np

from scratch import ops
from scratch.context.tapes import is_followed
from scratch.ops.errors import InvalidArgumentError

REDUCTIONS = ("sum_over_batch_size", "sum", None, "none", "mean", "mean_with_sample_weight")


class Reduction:
    """Names of reductions, as older programs write them (`tf.keras.losses.Reduction`).

    `AUTO` is none that a loss takes: leave the argument out.
    """

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises a ValueError for a name that is none of them."""
        if key not in cls.all():
            raise ValueError(f'Invalid Reduction Key: {key}. Expected keys are "{cls.all()}"')


def counts_all_alike(
    factors: np.ndarray, shape: tuple[int, ...], reduction: str | None, dtype: str
) -> bool:
    """Whether these are the factors of every batch of a shape: without weights, without a mask."""
    return factors is _equal_factors(shape, reduction, dtype)


def standardize_reduction(reduction: str | None) -> str | None:
    """Checks the name of a reduction.

    Raises:
        ValueError: for a name that is not in `REDUCTIONS`.
    """
    if reduction not in REDUCTIONS:
        raise ValueError(
            f"Invalid value for argument `reduction`. Expected one of {set(REDUCTIONS)}. "
            f"Received: reduction={reduction}"
        )
    return reduction


def sample_factors(
    shape: tuple[int, ...],
    sample_weight: Any,
    mask: np.ndarray | None,
    reduction: str | None,
    dtype: str,
) -> np.ndarray:
    """The factor of each loss in the reduced loss, which is also its derivative.

    Args:
        shape: of the array of losses.
        sample_weight: None, or weights that fit that shape but for a last axis of size 1.
        mask: None, or booleans of that shape: False for losses that do not count.
        reduction: see above.
        dtype: of the result.

    Returns:
        f, to be broadcast against the losses, so that the reduced loss is `sum(f * losses)`; a
        symbol where weights or mask are symbols.

    Raises:
        InvalidArgumentError: when the weights do not fit.
    """
    if sample_weight is None and mask is None:
        return _equal_factors(shape, reduction, dtype)
    if any(isinstance(x, ops.Symbol) or is_followed(x) for x in (sample_weight, mask)):
        return _symbolic_factors(shape, sample_weight, mask, reduction, dtype)
    weights = None if sample_weight is None else np.asarray(sample_weight, dtype)
    if mask is not None:
        keep = _mask_weights(np.asarray(mask), reduction, dtype)
        weights = keep if weights is None else np.multiply(*_same_rank(keep, weights))
    assert weights is not None
    column = _has_an_axis_more(shape, weights)
    if weights.ndim == len(shape) + 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    elif column:
        weights = weights[..., None]
    try:
        weighted_shape = np.broadcast_shapes(shape, weights.shape)
    except ValueError:
        raise InvalidArgumentError(
            f"`sample_weight` of shape {np.shape(sample_weight)} does not fit losses of shape "
            f"{shape}: expected one weight per sample, shape ({shape[0] if shape else ''},)"
        ) from None
    factors = np.broadcast_to(weights, weighted_shape)
    a_number = not weighted_shape or (column and len(shape) == 1)
    if reduction in (None, "none", "sum") or a_number:
        return factors
    if reduction == "mean_with_sample_weight":
        divisor = weights.sum()
    else:
        divisor = np.dtype(dtype).type(factors.size)
    # Nothing at all, or weights that sum to zero, mean a loss of 0, not NaN.
    return factors / divisor if divisor else np.zeros_like(factors)


def as_weighted(losses: Any, sample_weight: Any) -> Any:
    """Losses that are not reduced, with the axis of size 1 that their weights give or take."""
    if sample_weight is None:
        return losses
    axes = len(np.shape(sample_weight))
    if len(losses.shape) == 1 and axes == 2:
        return ops.expand_dims(losses, -1)
    taken = _has_an_axis_more(losses.shape, sample_weight) and axes != 1
    return ops.squeeze(losses, -1) if taken else losses


def _has_an_axis_more(shape: Any, weights: Any) -> bool:
    """Whether losses of that shape end in an axis of size 1 that their weights lack."""
    return len(np.shape(weights)) == len(shape) - 1 and shape[-1] == 1


def _same_rank(a: Any, b: Any) -> tuple[Any, Any]:
    """Both with as many axes, where a last one of size 1 allows it."""
    if len(a.shape) == len(b.shape) + 1 and a.shape[-1] == 1:
        return a, ops.expand_dims(b, -1)
    if len(b.shape) == len(a.shape) + 1 and b.shape[-1] == 1:
        return ops.expand_dims(a, -1), b
    return a, b


@functools.lru_cache(maxsize=64)
def _equal_factors(shape: tuple[int, ...], reduction: str | None, dtype: str) -> np.ndarray:
    """The factors when every loss counts alike; the same array for every batch of one shape."""
    mean = reduction not in (None, "none", "sum") and shape
    one = np.dtype(dtype).type(1)
    factors = np.full(shape, one / max(1, math.prod(shape)) if mean else one)
    factors.flags.writeable = False
    return factors


def _mask_weights(mask: np.ndarray, reduction: str | None, dtype: str) -> np.ndarray:
    keep = mask.astype(bool).astype(dtype)
    if reduction in ("mean", "sum_over_batch_size") and keep.any():
        keep *= keep.size / keep.sum()
    return keep


def _symbolic_factors(
    shape: tuple[int, ...], sample_weight: Any, mask: Any, reduction: str | None, dtype: str
) -> Any:
    """The factors where only the evaluation of a graph will know weights or mask: a symbol."""
    weights = None if sample_weight is None else ops.cast(sample_weight, dtype)
    if mask is not None:
        keep = ops.cast(ops.cast(mask, "bool"), dtype)
        if reduction in ("mean", "sum_over_batch_size"):
            keep = ops.divide_no_nan(keep * math.prod(mask.shape), ops.sum(keep))
        weights = keep if weights is None else ops.multiply(*_same_rank(keep, weights))
    assert weights is not None
    column = _has_an_axis_more(shape, weights)
    if len(weights.shape) == len(shape) + 1 and weights.shape[-1] == 1:
        weights = ops.squeeze(weights, -1)
    elif column:
        weights = ops.expand_dims(weights, -1)
    weighted_shape = np.broadcast_shapes(shape, weights.shape)
    a_number = not weighted_shape or (column and len(shape) == 1)
    if reduction in (None, "none", "sum") or a_number:
        return weights
    by_weight = reduction == "mean_with_sample_weight"
    divisor = ops.sum(weights) if by_weight else float(math.prod(weighted_shape))
    return ops.divide_no_nan(weights, divisor)

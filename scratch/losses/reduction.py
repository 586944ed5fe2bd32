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

from scratch.errors import InvalidArgumentError

REDUCTIONS = ("sum_over_batch_size", "sum", None, "none", "mean", "mean_with_sample_weight")


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
        f, broadcastable with the losses, so that the reduced loss is `sum(f * losses)`.

    Raises:
        InvalidArgumentError: when the weights do not fit.
    """
    if sample_weight is None and mask is None:
        return _equal_factors(shape, reduction, dtype)
    weights = np.ones(shape, dtype) if sample_weight is None else np.asarray(sample_weight, dtype)
    if weights.ndim == len(shape) + 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    elif weights.ndim == len(shape) - 1 and shape[-1] == 1:
        weights = weights[..., None]
    try:
        weights = np.broadcast_to(weights, shape)
    except ValueError:
        raise InvalidArgumentError(
            f"`sample_weight` of shape {np.shape(sample_weight)} does not fit losses of shape "
            f"{shape}: expected one weight per sample, shape ({shape[0] if shape else ''},)"
        ) from None
    if mask is not None:
        weights = weights * _mask_weights(mask, reduction, dtype)
    if reduction in (None, "none", "sum"):
        return weights
    if reduction == "mean_with_sample_weight" and (sample_weight is not None or mask is not None):
        divisor = weights.sum()
    else:
        divisor = np.dtype(dtype).type(weights.size)
    # Nothing at all, or weights that sum to zero, mean a loss of 0, not NaN.
    return weights / divisor if divisor else np.zeros_like(weights)


@functools.lru_cache(maxsize=64)
def _equal_factors(shape: tuple[int, ...], reduction: str | None, dtype: str) -> np.ndarray:
    """The factors when every loss counts alike; the same array for every batch of one shape."""
    mean = reduction not in (None, "none", "sum") and shape
    one = np.dtype(dtype).type(1)
    factors = np.full(shape, one / max(1, math.prod(shape)) if mean else one)
    factors.flags.writeable = False
    return factors


def _mask_weights(mask: np.ndarray, reduction: str | None, dtype: str) -> np.ndarray:
    keep = np.asarray(mask).astype(dtype)
    if reduction in ("mean", "sum_over_batch_size") and keep.any():
        keep *= keep.size / keep.sum()
    return keep

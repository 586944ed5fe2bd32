"""Whole numbers as vectors: what `CategoryEncoding` and `Discretization` give.

int          the number itself
one_hot      1 at its place, for every number
multi_hot    1 at the places of all numbers of a sample
count        how often each number stands in a sample (or the sum of its weights)
"""

from typing import Any

from scratch import ops

MODES = ("int", "one_hot", "multi_hot", "count")


def encode(x: Any, mode: str, depth: int, dtype: str, weights: Any = None) -> Any:
    """The encoding of whole numbers x.

    Args:
        x: (batch, n) or (n,), or of more axes for `"one_hot"`.
        mode: one of `MODES`.
        depth: how many numbers there are; larger ones leave no trace.
        dtype: of the result.
        weights: of the shape of x, for `"count"`.
    """
    if mode == "int":
        return ops.cast(x, dtype)
    if len(x.shape) == 0:
        x = ops.expand_dims(x, -1)
    if mode == "one_hot":
        if len(x.shape) > 1 and x.shape[-1] == 1:
            x = ops.squeeze(x, -1)
        return ops.one_hot(x, depth, dtype=dtype)
    axis = 1 if len(x.shape) > 1 else 0
    hot = ops.one_hot(x, depth, dtype=dtype)
    if mode == "multi_hot":
        return ops.max(hot, axis=axis)
    if weights is not None:
        hot = hot * ops.expand_dims(ops.cast(weights, dtype), -1)
    return ops.sum(hot, axis=axis)


def encoded_shape(shape: Any, mode: str, depth: int) -> tuple[int | None, ...]:
    """The shape of `encode`'s result for x of `shape`."""
    shape = tuple(shape)
    if mode == "int":
        return shape
    if not shape:
        return (depth,)
    if mode == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
    return (shape[0], *shape[2:], depth) if len(shape) > 1 else (depth,)

"""Jacobians: the derivatives of every entry of a target, one backward pass for each.

J_ij = dy_i / dx_j
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from scratch import tree
from scratch.ops.graph.eager import eager
from scratch.ops.joining import stack
from scratch.ops.shape import reshape


def jacobian(tape: Any, target: Any, sources: Any, unconnected: str) -> Any:
    """The Jacobians of a tensor (t...); in the structure of the sources (s...), (t..., s...)."""
    tape.gradient(target, sources, None, unconnected)  # raises what there is to raise
    rows = [
        tree.flatten(tape.gradient(target, sources, one)) for one in _ones(target, target.shape)
    ]
    found = [
        _stacked(column, x, target.shape, unconnected)
        for column, x in zip(zip(*rows, strict=True), tree.flatten(sources), strict=True)
    ]
    return tree.pack_sequence_as(sources, found)


def batch_jacobian(tape: Any, target: Any, source: Any, unconnected: str) -> Any:
    """The Jacobians of the rows of a tensor (batch, t...): (batch, t..., s...)."""
    tape.gradient(target, source, None, unconnected)
    for x in (target, source):
        if len(x.shape) < 2:
            raise ValueError(f"Shape {tuple(x.shape)} must have rank at least 2")
    if target.shape[0] != source.shape[0]:
        raise ValueError(
            f"Need first dimension of target shape ({tuple(target.shape)}) and source shape "
            f"({tuple(source.shape)}) to match."
        )
    rows = [tape.gradient(target, source, one) for one in _ones(target, target.shape[1:])]
    shape = (target.shape[0], *target.shape[1:], *source.shape[1:])
    if any(row is None for row in rows):
        return None if unconnected == "none" else eager(np.zeros(shape, source.dtype))
    return reshape(stack(rows, axis=1), shape)


def _ones(target: Any, shape: Any) -> Iterator[Any]:
    """For each place in the last axes of the target, a 1 there and zeros elsewhere."""
    for place in np.ndindex(*shape):
        one = np.zeros(target.shape, target.dtype)
        one[(..., *place)] = 1
        yield eager(one)


def _stacked(rows: Any, x: Any, shape: Any, unconnected: str) -> Any:
    if not rows or all(row is None for row in rows):
        whole = np.zeros((*shape, *x.shape), x.dtype)
        return None if rows and unconnected == "none" else eager(whole)
    return reshape(stack(rows), (*shape, *x.shape))

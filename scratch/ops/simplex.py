"""Sparsemax: the point of the probability simplex that is nearest to x (Martins & Astudillo 2016).

    y = max(x - tau, 0),   tau such that sum y = 1
    tau = (sum of the k largest x, less 1) / k,   k as large as keeps all k of them above tau
    dtau_i = 1 / k for the k largest, else 0

Keras's own tau adds up not the k largest but their k cumulative sums, so that the largest of them
counts k times, the next k - 1 times, ... (quirk K31). Its y does not sum to 1.
"""

from typing import Any

import numpy as np

from scratch import quirks
from scratch.ops.arithmetic import maximum, subtract
from scratch.ops.casting import convert_to_tensor
from scratch.ops.complex_step import real
from scratch.ops.graph.operation import Tensor, operation


def sparsemax(x: Any, axis: int = -1) -> Any:
    """Probabilities along `axis`, some of them exactly 0 (`keras.ops.sparsemax`).

    Args:
        x: any shape.
        axis: along which they would add up to 1, but for quirk K31.
    """
    x = convert_to_tensor(x)
    return maximum(subtract(x, simplex_threshold(x, axis=axis)), 0.0)


def _threshold_derivative(dy: Any, y: Any, x: Any, axis: int) -> Any:
    return dy * simplex_weights(x, axis=axis)


@operation(floating=True, derivative=_threshold_derivative)
def simplex_threshold(x: Tensor, axis: int = -1) -> Tensor:
    """tau, with a size of 1 along `axis`."""
    weights = simplex_weights.compute(real(x), axis)
    k = np.count_nonzero(weights, axis=axis, keepdims=True)
    counted = weights * np.where(weights != 0, x, 0)  # -inf is left out, and not NaN
    return np.sum(counted, axis=axis, keepdims=True) - (1 / k).astype(weights.dtype)


@operation(floating=True)
def simplex_weights(x: Tensor, axis: int = -1) -> Tensor:
    """The derivative of tau with respect to x."""
    places = np.argsort(-x, axis=axis, kind="stable")
    descending = np.take_along_axis(x, places, axis=axis)
    rank = np.cumsum(np.ones_like(x), axis=axis)
    with np.errstate(invalid="ignore"):  # -inf less -inf is not inside
        inside = descending - (np.cumsum(descending, axis=axis) - 1) / rank > 0
    k = inside.sum(axis=axis, keepdims=True).astype(x.dtype)
    counted = k - rank + 1 if quirks.active("K31") else 1
    weights = np.empty_like(x)
    np.put_along_axis(weights, places, np.where(inside, counted / k, 0), axis=axis)
    return weights

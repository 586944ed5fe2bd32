"""Normalization: numbers of mean 0 and variance 1, or of mean square 1.

    moments      mu = mean x,  v = mean (x - mu)^2
    batch, layer y = (x - mu) / sqrt(v + eps) * scale + offset
    RMS          y = x / sqrt(mean x^2 + eps) * scale

All are compositions of other operations; their derivatives follow.
"""

from typing import Any

from scratch import config
from scratch.ops.arithmetic import multiply, rsqrt, square
from scratch.ops.graph import Symbol
from scratch.ops.operation import to_symbol
from scratch.ops.reduction import mean as average
from scratch.ops.reduction import var
from scratch.ops.shape import reshape


def moments(x: Any, axes: Any, keepdims: bool = False) -> tuple[Any, Any]:
    """Mean and variance over `axes`."""
    return average(x, axis=axes, keepdims=keepdims), var(x, axis=axes, keepdims=keepdims)


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    axis: int,
    offset: Any = None,
    scale: Any = None,
    epsilon: float = 1e-3,
) -> Any:
    """`(x - mean) / sqrt(variance + epsilon) * scale + offset`; the vectors lie along `axis`."""
    shape = [1] * len(x.shape)
    shape[axis] = -1
    inverse = rsqrt(_wide(variance, shape, x) + epsilon)
    if scale is not None:
        inverse = inverse * _wide(scale, shape, x)
    shift = -_wide(mean, shape, x) * inverse
    if offset is not None:
        shift = shift + _wide(offset, shape, x)
    return x * inverse + shift


def layer_normalization(
    x: Any,
    gamma: Any = None,
    beta: Any = None,
    axis: Any = -1,
    epsilon: float | None = None,
    rms_scaling: bool = False,
) -> Any:
    """Every sample to mean 0 and variance 1 over `axis`, then `gamma` times it plus `beta`.

    `rms_scaling` divides by the standard deviation without taking the mean off.
    """
    axes = axes_in_order(axis, len(x.shape))
    shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    mean, variance = moments(x, axes, keepdims=True)
    inverse = rsqrt(variance + (config.epsilon() if epsilon is None else epsilon))
    if gamma is not None:
        inverse = inverse * _wide(gamma, shape, x)
    if rms_scaling:
        return x * inverse
    shift = -mean * inverse
    if beta is not None:
        shift = shift + _wide(beta, shape, x)
    return x * inverse + shift


def rms_normalization(
    x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None
) -> Any:
    """`x / sqrt(mean x^2 + epsilon)` over `axis`, times `scale`."""
    axes = tuple(axis) if isinstance(axis, list | tuple) else axis
    mean_square = average(square(x), axis=axes, keepdims=True)
    y = x * rsqrt(mean_square + (config.epsilon() if epsilon is None else epsilon))
    return y if scale is None else multiply(y, scale)


def _wide(vector: Any, shape: Any, x: Any) -> Any:
    """A vector in the shape in which it is broadcast with `x`; a weight stays one in a graph."""
    return reshape(to_symbol(vector) if isinstance(x, Symbol) else vector, shape)


def axes_in_order(axis: Any, ndim: int) -> tuple[int, ...]:
    """`axis`, a number or several, as sorted numbers from 0."""
    axes = axis if isinstance(axis, list | tuple) else [axis]
    return tuple(sorted(a % ndim for a in axes))

"""Normalization: numbers of mean 0 and variance 1, or of mean square 1.

    moments      mu = mean x,  v = mean (x - mu)^2
    batch, layer y = (x - mu) / sqrt(v + eps) * scale + offset
    RMS          y = x / sqrt(mean x^2 + eps) * scale

All are compositions of other operations; their derivatives follow.
"""

import warnings
from typing import Any

import numpy as np

from scratch import config, quirks
from scratch.context.tapes import is_followed
from scratch.ops.arithmetic import add_ as add
from scratch.ops.arithmetic import multiply, negative, rsqrt, square, subtract
from scratch.ops.casting import cast_like
from scratch.ops.core import stop_gradient
from scratch.ops.graph.operation import Tensor, operation, to_symbol
from scratch.ops.graph.symbol import Symbol
from scratch.ops.reduction import mean as average
from scratch.ops.reduction import var
from scratch.ops.shape import reshape


def moments(
    x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False
) -> tuple[Any, Any]:
    """Mean and variance over `axes`. There are no other replicas to be `synchronized` with.

    On a gradient tape the mean in the variance counts as a constant (quirk K40). It may: the first
    derivative is the same, since the distances from the mean add up to 0. The second is not.
    """
    mean = average(x, axis=axes, keepdims=keepdims)
    if is_followed(x) and not synchronized and quirks.active("K40"):
        center = stop_gradient(average(x, axis=axes, keepdims=True))
        return mean, average(square(subtract(x, center)), axis=axes, keepdims=keepdims)
    return mean, var(x, axis=axes, keepdims=keepdims)


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
    inverse = rsqrt(add(_wide(variance, shape, x), epsilon))
    if scale is not None:
        inverse = multiply(inverse, _wide(scale, shape, x))
    shift = multiply(negative(_wide(mean, shape, x)), inverse)
    if offset is not None:
        shift = add(shift, _wide(offset, shape, x))
    return add(multiply(x, cast_like(inverse, x)), cast_like(shift, x))


def layer_normalization(
    x: Any,
    gamma: Any = None,
    beta: Any = None,
    axis: Any = -1,
    epsilon: float | None = None,
    rms_scaling: bool = False,
) -> Any:
    """Every sample standardized over `axis`, then `gamma` times it plus `beta`.

    `rms_scaling` divides by the standard deviation without taking the mean off; it is
    deprecated.

    Raises:
        IndexError: for an axis that `x` does not have.
    """
    if rms_scaling:
        warnings.warn(
            "You passed `rms_scaling=True`, which is deprecated. This argument incorrectly scales "
            "the input by the variance, not the root mean square. To correctly use RMS "
            "Normalization, please use `keras.ops.rms_normalization` instead.",
            stacklevel=2,
        )
    axes = axes_in_order(axis, len(x.shape))
    shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    z = _at_least_float32(x)
    mean, variance = moments(z, axes, keepdims=True)
    inverse = rsqrt(add(variance, config.epsilon() if epsilon is None else epsilon))
    if gamma is not None:
        inverse = multiply(inverse, _wide(gamma, shape, x))
    if rms_scaling:
        return cast_like(multiply(z, inverse), x)
    shift = multiply(negative(mean), inverse)
    if beta is not None:
        shift = add(shift, _wide(beta, shape, x))
    return cast_like(add(multiply(z, inverse), shift), x)


def rms_normalization(
    x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None
) -> Any:
    """`x / sqrt(mean x^2 + epsilon)` over `axis`, times `scale`."""
    axes = tuple(axis) if isinstance(axis, list | tuple) else axis
    z = _at_least_float32(x)
    mean_square = average(square(z), axis=axes, keepdims=True)
    y = multiply(z, rsqrt(add(mean_square, config.epsilon() if epsilon is None else epsilon)))
    return cast_like(y if scale is None else multiply(y, scale), x)


@operation(derivative=lambda dy, y, x: cast_like(dy, x))
def _at_least_float32(x: Tensor) -> Tensor:
    """`x`; integers and half precision become float32, because their squares soon overflow."""
    return x.astype("float32") if x.dtype.kind in "biu" or x.dtype == np.float16 else x


def _wide(vector: Any, shape: Any, x: Any) -> Any:
    """A vector in the shape in which it is broadcast with `x`; a weight stays one in a graph."""
    if len(vector.shape) == len(x.shape) > 1:
        return vector
    return reshape(to_symbol(vector) if isinstance(x, Symbol) else vector, shape)


def axes_in_order(axis: Any, ndim: int) -> tuple[int, ...]:
    """`axis`, a number or several, as sorted numbers from 0.

    Raises:
        IndexError: for a number beyond the axes.
    """
    axes = axis if isinstance(axis, list | tuple) else [axis]
    if not all(-ndim <= a < ndim for a in axes):
        raise IndexError(f"axis={axis} is out of range for a tensor of {ndim} axes")
    return tuple(sorted(a % ndim for a in axes))

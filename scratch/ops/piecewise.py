"""Activation functions made of straight pieces (and one parabola).

Where two pieces meet, the derivative is TensorFlow's: it follows from which comparison is strict.
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import abs, clip, multiply, square
from scratch.ops.casting import convert_to_tensor
from scratch.ops.comparison import greater, greater_equal, less, less_equal, logical_and, where
from scratch.ops.complex_step import real
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import constant
from scratch.ops.shape import zeros_like


def _relu6_derivative(dy: Any, y: Any, x: Any) -> Any:
    return where(logical_and(greater(x, 0), less(x, 6)), dy, 0)


@operation(promote=True, derivative=_relu6_derivative)
def relu6(x: Tensor) -> Tensor:
    """`min(max(x, 0), 6)`. Derivative at both bends: 0."""
    return np.where(real(x) >= 6, 6, np.where(real(x) <= 0, 0, x))


def _leaky_relu_derivative(dy: Any, y: Any, x: Any, negative_slope: float) -> Any:
    return where(greater(x, 0), dy, constant(negative_slope, x) * dy)


@operation(floating=True, derivative=_leaky_relu_derivative)
def leaky_relu(x: Tensor, negative_slope: float = 0.2) -> Tensor:
    """`x` above 0, `negative_slope * x` below. Derivative at 0: `negative_slope`."""
    return np.where(real(x) > 0, x, constant(negative_slope, x) * x)


def hard_sigmoid(x: Any) -> Any:
    """`relu6(x + 3) / 6`: 0 up to -3, a straight line, 1 from 3 on. Derivative at +-3: 0."""
    return relu6(convert_to_tensor(x) + 3.0) / 6.0


def hard_silu(x: Any) -> Any:
    """`x * hard_sigmoid(x)`."""
    return multiply(x, hard_sigmoid(x))


hard_swish = hard_silu


def hard_tanh(x: Any) -> Any:
    """`x` between -1 and 1, and these beyond. Derivative at +-1: 1."""
    return clip(convert_to_tensor(x), -1.0, 1.0)


def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """`x` where `|x| > threshold`, else 0. Derivative at the jumps: 0."""
    x = convert_to_tensor(x)
    return where(greater(abs(x), threshold), x, zeros_like(x))


def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """`x` moved towards 0 by `threshold`, but not beyond. Derivative at the bends: 0."""
    x = convert_to_tensor(x)
    below = where(less(x, -threshold), x + threshold, zeros_like(x))
    return where(greater(x, threshold), x - threshold, below)


def threshold(x: Any, threshold: float, default_value: float) -> Any:
    """`x` where `x > threshold`, else `default_value`. Derivative at the jump: 0."""
    x = convert_to_tensor(x)
    return where(greater(x, threshold), x, default_value)


def sparse_plus(x: Any) -> Any:
    """0 up to -1, the parabola `(x + 1)^2 / 4` up to 1, then `x`: a softplus that is exactly 0."""
    x = convert_to_tensor(x)
    return where(less_equal(x, -1), zeros_like(x), where(less(x, 1), 0.25 * square(x + 1), x))


def sparse_sigmoid(x: Any) -> Any:
    """0 up to -1, the straight line `(x + 1) / 2`, 1 from 1 on. Derivative at +-1: 0."""
    x = convert_to_tensor(x)
    return where(less_equal(x, -1), 0.0, where(greater_equal(x, 1), 1.0, 0.5 * (x + 1)))

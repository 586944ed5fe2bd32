"""Smooth activation functions, and those with a single bend at 0 that exponentials make.

    elu     x, or e^x - 1           selu   scale x, or scale alpha (e^x - 1)
    gelu    x Phi(x), Phi the normal distribution        silu   x sigmoid(x)

The derivative at 0 is TensorFlow's. So is e^x - 1 as it stands, in elu and selu: it is 0 from
rounding on, where expm1 would not be, and selu then has the slope of the other side.
"""

import math
from typing import Any

import numpy as np

from scratch.ops.arithmetic import abs, maximum, minimum, multiply, negative, power, sqrt, square
from scratch.ops.arithmetic import add_ as add
from scratch.ops.casting import convert_to_tensor
from scratch.ops.comparison import greater, less, where
from scratch.ops.complex_step import real
from scratch.ops.elementwise import expm1, sigmoid, softplus, tanh
from scratch.ops.error_function import erfc
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import constant
from scratch.ops.joining import split

SELU_SCALE = 1.0507009873554805
SELU_SLOPE = 1.7580993408473768  # scale times alpha: the slope just below 0


def elu(x: Any, alpha: float = 1.0) -> Any:
    """`x` above 0, `alpha (e^x - 1)` below. Derivative at 0: `alpha`."""
    x = convert_to_tensor(x)
    y = _elu(x)
    return y if alpha == 1 else where(greater(x, 0), y, alpha * y)


@operation(floating=True, derivative=lambda dy, y, x: where(less(y, 0), dy * (y + 1), dy))
def _elu(x: Tensor) -> Tensor:
    below = real(x) < 0
    return np.where(below, np.exp(np.where(below, x, 0)) - 1, x)


def _selu_derivative(dy: Any, y: Any, x: Any) -> Any:
    return where(less(y, 0), dy * (y + SELU_SLOPE), dy * SELU_SCALE)


@operation(floating=True, derivative=_selu_derivative)
def selu(x: Tensor) -> Tensor:
    """`elu` scaled so that mean 0 and variance 1 are kept. Derivative at 0: the scale."""
    below = real(x) < 0
    return np.where(below, SELU_SLOPE * (np.exp(np.where(below, x, 0)) - 1), SELU_SCALE * x)


def celu(x: Any, alpha: float = 1.0) -> Any:
    """`max(x, 0) + alpha (e^{min(x, 0) / alpha} - 1)`. Derivative at 0: 2, of both parts."""
    x = convert_to_tensor(x)
    return maximum(x, 0.0) + alpha * expm1(minimum(x, 0.0) / alpha)


def gelu(x: Any, approximate: bool = True) -> Any:
    """`x Phi(x)`, Phi the distribution function of the normal distribution.

    Args:
        x: any shape.
        approximate: whether Phi is approximated by a hyperbolic tangent.
    """
    x = convert_to_tensor(x)
    if approximate:
        inner = math.sqrt(2 / math.pi) * (x + constant(0.044715, x) * power(x, 3))
        return multiply(0.5 * x, 1.0 + tanh(inner))
    return multiply(0.5 * x, erfc(-x * constant(math.sqrt(0.5), x)))


def silu(x: Any) -> Any:
    """`x sigmoid(x)`, also called swish."""
    return multiply(x, sigmoid(x))


swish = silu


def glu(x: Any, axis: int = -1) -> Any:
    """`a sigmoid(b)`, where a and b are the halves of `x` along `axis`.

    Raises:
        ValueError: when that axis cannot be halved.
    """
    x = convert_to_tensor(x)
    if x.shape is not None and x.shape[axis] % 2:
        raise ValueError(
            f"axis size must be divisible by 2. Received: x.shape={x.shape} with axis={axis}"
        )
    a, b = split(x, 2, axis=axis)
    return multiply(a, sigmoid(b))


@operation(floating=True, derivative=lambda dy, y, x: dy / square(1 + abs(x)))
def softsign(x: Tensor) -> Tensor:
    """`x / (1 + |x|)`."""
    return x / (1 + abs.compute(x))


def log_sigmoid(x: Any) -> Any:
    """`log(sigmoid(x))`, without overflow."""
    return negative(softplus(negative(x)))


def squareplus(x: Any, b: float = 4) -> Any:
    """`(x + sqrt(x^2 + b)) / 2`."""
    x = convert_to_tensor(x)
    return add(x, sqrt(square(x) + b)) / 2


def tanh_shrink(x: Any) -> Any:
    """`x - tanh(x)`."""
    x = convert_to_tensor(x)
    return x - tanh(x)

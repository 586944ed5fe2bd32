"""Separable convolution: first along the places, every channel for itself, then across channels.

    u[n, o, c m + j]  =  sum over taps t of  x[n, i(o, t), c] V[t, c, j]       see `DepthwiseConv`
    z[n, o]           =  u[n, o] W  +  b
    y = f(z)

    dz = dy * f'(z)     dW = u^T dz     db = sum of dz     du = dz W^T
    dV and dx follow from du as a depthwise convolution's

x: (batch, *spatial, channels)   V: (*kernel_size, channels, m)   W: (1, ..., channels m, filters)
z, y: (batch, *output, filters)   b: (filters,)   m: `depth_multiplier`
"""

import math
from typing import Any

import numpy as np

from scratch import activations, ops
from scratch.kernels.convolution import (
    depthwise,
    depthwise_input_gradient,
    depthwise_kernel_gradient,
)
from scratch.kernels.products import matmul, transposed_matmul
from scratch.kernels.windows import from_last, to_last
from scratch.layers.activations.activated import saved_activation
from scratch.layers.base.sizes import defaults
from scratch.layers.convolutional.convolution import Sliding, positive
from scratch.network.node import Node
from scratch.ops.convolution import same_types
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured(
    keys="depth_multiplier filters kernel_size strides padding data_format dilation_rate "
    "activation use_bias depthwise_initializer pointwise_initializer bias_initializer "
    "depthwise_regularizer pointwise_regularizer bias_regularizer activity_regularizer "
    "depthwise_constraint pointwise_constraint bias_constraint",
    values={"activation": saved_activation},
)
class SeparableConv(Sliding):
    """The base of `SeparableConv1D` and `SeparableConv2D`.

    Args:
        filters: how many channels y has.
        depth_multiplier: m, how many channels of u each channel of x gives.
        depthwise_initializer, depthwise_regularizer, depthwise_constraint: of V.
        pointwise_initializer, pointwise_regularizer, pointwise_constraint: of W.

    The other arguments are those of `Conv`; strides and dilation may go together.

    Raises:
        ValueError: for numbers that are not positive, unknown names, or windows larger than the
            image.
    """

    read_by_hand = ("depthwise_kernel", "pointwise_kernel", "bias")

    def pre_activation(self, x: Any) -> Any:
        """z, in ops."""
        z = ops.separable_conv(
            x, self.depthwise_kernel, self.pointwise_kernel, self.strides, self.padding,
            self.data_format, self.dilation_rate,
        )  # fmt: skip
        return self.with_bias(z)

    def forward_z(self, x: np.ndarray, node: Node) -> np.ndarray:
        """u: tap after tap; z = u W + b."""
        V, W = self.depthwise_kernel.array, self.pointwise_kernel.array
        same_types(x, V)
        node.x = x = to_last(x, self.data_format)
        w = self.windows(x.shape[1:-1])
        u = node.buffer("u", (len(x), *w.output, W.shape[-2]), W.dtype)
        node.saved["u"] = depthwise(x, V, w, u, node.buffer)
        z = node.buffer("z", (len(x), *w.output, self.filters), W.dtype)
        matmul(_rows(u), W.reshape(W.shape[-2:]), out=_rows(z))
        return self.add_bias(from_last(z, self.data_format))

    def backward_z(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW = u^T dz, db = sum of dz, dV and, if it is needed, dx from du = dz W^T."""
        V, W = self.depthwise_kernel.array, self.pointwise_kernel.array
        self.bias_gradient(dz, node)
        x, u, dz = node.x, node.saved["u"], to_last(dz, self.data_format)
        w = self.windows(x.shape[1:-1])
        if self.pointwise_kernel in node.trained:
            dW = node.gradient(self.pointwise_kernel)
            transposed_matmul(_rows(u), _rows(dz), out=dW.reshape(dW.shape[-2:]))
        if self.depthwise_kernel not in node.trained and not node.needs_dx:
            return None
        du = node.buffer("du", u.shape, W.dtype)
        matmul(_rows(dz), W.reshape(W.shape[-2:]).T, out=_rows(du))
        if self.depthwise_kernel in node.trained:
            depthwise_kernel_gradient(x, du, w, node.gradient(self.depthwise_kernel))
        if not node.needs_dx:
            return None
        dx = depthwise_input_gradient(du, V, w, node.buffer("dx", x.shape, W.dtype))
        return from_last(dx, self.data_format)

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.depth_multiplier = positive(depth_multiplier, "depth_multiplier")
        self.filters = positive(filters, "filters")
        self.describe(kernel_size, strides, padding, data_format, dilation_rate)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.describe_weight(
            "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint
        )
        self.describe_weight(
            "pointwise", pointwise_initializer, pointwise_regularizer, pointwise_constraint
        )
        self.describe_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.bias: Variable | None = None

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates V, W and b."""
        channels = self.channels_of(input_shape)
        self.compute_output_shape(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.depthwise_kernel = self.create_weight("depthwise_kernel", shape, described="depthwise")
        shape = (*(1,) * self.rank, channels * self.depth_multiplier, self.filters)
        self.pointwise_kernel = self.create_weight("pointwise_kernel", shape, described="pointwise")
        if self.use_bias:
            self.bias = self.create_weight("bias", (self.filters,))


def _rows(x: np.ndarray) -> np.ndarray:
    """All places as rows of a matrix."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


class SeparableConv1D(SeparableConv):
    """A separable convolution along steps (`keras.layers.SeparableConv1D`)."""

    rank = 1


@defaults(strides=(1, 1), dilation_rate=(1, 1))
class SeparableConv2D(SeparableConv):
    """A separable convolution of images (`keras.layers.SeparableConv2D`)."""

    rank = 2

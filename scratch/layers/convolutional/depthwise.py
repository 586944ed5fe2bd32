"""Depthwise convolution: every channel has kernels of its own, and no two are added up.

    z[n, o, c m + j]  =  sum over taps t of  x[n, i(o, t), c] W[t, c, j]  +  b        i: see `Conv`
    y = f(z)

    dz = dy * f'(z)              dW[t, c, j] = sum over n, o of  x[n, i, c] dz[n, o, c m + j]
    db = sum of dz over n, o     dx[n, i, c] = sum over o, t, j of  dz[n, o, c m + j] W[t, c, j]

x: (batch, *spatial, channels)   W: (*kernel_size, channels, m)   m: `depth_multiplier`
z, y: (batch, *output, channels m)   b: (channels m,)
"""

from typing import Any

import numpy as np

from scratch import activations, ops
from scratch.kernels.convolution import (
    depthwise,
    depthwise_input_gradient,
    depthwise_kernel_gradient,
)
from scratch.kernels.windows import from_last, to_last
from scratch.layers.activations.activated import saved_activation
from scratch.layers.base.sizes import defaults
from scratch.layers.convolutional.convolution import Sliding, positive
from scratch.network.node import Node
from scratch.ops.convolution import same_types
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured(
    keys="depth_multiplier kernel_size strides padding data_format dilation_rate activation "
    "use_bias depthwise_initializer bias_initializer depthwise_regularizer bias_regularizer "
    "activity_regularizer depthwise_constraint bias_constraint",
    values={"activation": saved_activation},
)
class DepthwiseConv(Sliding):
    """The base of `DepthwiseConv1D` and `DepthwiseConv2D`.

    Args:
        depth_multiplier: m, how many channels each channel gives.
        depthwise_initializer, depthwise_regularizer, depthwise_constraint: of W.

    The other arguments are those of `Conv`; strides and dilation may go together.

    Raises:
        ValueError: for numbers that are not positive, unknown names, or windows larger than the
            image.
    """

    def pre_activation(self, x: Any) -> Any:
        """z, in ops."""
        z = ops.depthwise_conv(
            x, self.kernel, self.strides, self.padding, self.data_format, self.dilation_rate
        )
        return self.with_bias(z)

    def forward_z(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z: tap after tap, x times its weights; and b."""
        W = self.kernel.array
        same_types(x, W)
        node.x = x = to_last(x, self.data_format)
        w = self.windows(x.shape[1:-1])
        z = node.buffer("z", (len(x), *w.output, W.shape[-2] * W.shape[-1]), W.dtype)
        depthwise(x, W, w, z, node.buffer)
        return self.add_bias(from_last(z, self.data_format))

    def backward_z(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW, db, and dx if it is needed: tap after tap."""
        x, W = node.x, self.kernel.array
        self.bias_gradient(dz, node)
        dz = to_last(dz, self.data_format)
        w = self.windows(x.shape[1:-1])
        if self.kernel in node.trained:
            depthwise_kernel_gradient(x, dz, w, node.gradient(self.kernel))
        if not node.needs_dx:
            return None
        dx = depthwise_input_gradient(dz, W, w, node.buffer("dx", x.shape, W.dtype))
        return from_last(dx, self.data_format)

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.depth_multiplier = positive(depth_multiplier, "depth_multiplier")
        self.describe(kernel_size, strides, padding, data_format, dilation_rate)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.describe_weight(
            "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint
        )
        self.describe_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.bias: Variable | None = None

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates W and b."""
        channels = self.channels_of(input_shape)
        self.compute_output_shape(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self.create_weight("kernel", shape, described="depthwise")
        if self.use_bias:
            self.bias = self.create_weight("bias", (self.depth_multiplier * channels,))

    def filters_of(self, channels: int | None) -> int | None:
        """channels m."""
        return None if channels is None else channels * self.depth_multiplier


class DepthwiseConv1D(DepthwiseConv):
    """A convolution of every channel's steps for itself (`keras.layers.DepthwiseConv1D`)."""

    rank = 1


@defaults(strides=(1, 1), dilation_rate=(1, 1))
class DepthwiseConv2D(DepthwiseConv):
    """A convolution of every channel's image for itself (`keras.layers.DepthwiseConv2D`)."""

    rank = 2

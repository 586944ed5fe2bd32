"""Transposed convolution: from the shape of a convolution's output to that of its input.

    z[n, i]  =  sum over the o, t that see i of  x[n, o] W[t]^T  +  b        i: see `Conv`
    y = f(z)

    dz = dy * f'(z)               dW[t] = sum over n, o of  dz[n, i]^T x[n, o]
    db = sum of dz over n, i      dx[n, o] = sum over taps t of  dz[n, i(o, t)] W[t]

It is a convolution run backwards: z is what that one calls dx, and dx is the convolution of dz.

x: (batch, *spatial, channels)   W: (*kernel_size, filters, channels)   b: (filters,)
z, y: (batch, *output, filters); an axis of n becomes

    valid   (n - 1) stride + max(reach, stride)        reach = (kernel_size - 1) dilation + 1
    same    n stride
    with an `output_padding` p: (n - 1) stride + reach + p,  and  (n - 1) stride + reach % 2 + p
"""

from typing import Any

import numpy as np

from scratch import activations, ops
from scratch.kernels.convolution import convolve, input_gradient, kernel_gradient
from scratch.kernels.windows import Windows, from_last, to_last
from scratch.layers.activations.activated import saved_activation
from scratch.layers.base.sizes import defaults, standardize_tuple
from scratch.layers.convolutional.convolution import Sliding, positive
from scratch.network.node import Node
from scratch.ops.convolution import same_types, transposed_length, transposed_windows
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured(
    keys="filters kernel_size strides padding output_padding data_format dilation_rate activation "
    "use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint bias_constraint",
    values={"activation": saved_activation},
)
class ConvTranspose(Sliding):
    """The base of `Conv1DTranspose`, `Conv2DTranspose` and `Conv3DTranspose`.

    Args:
        output_padding: see above; smaller than the strides. None for the first two lines.

    The other arguments are those of `Conv`; they describe the convolution that is run backwards.

    Raises:
        ValueError: for numbers that are not positive, strides together with dilation, unknown
            names, or an output padding that is not smaller than the strides.
    """

    def pre_activation(self, x: Any) -> Any:
        """z, in ops."""
        z = ops.conv_transpose(
            x, self.kernel, self.strides, self.padding, self.output_padding, self.data_format,
            self.dilation_rate,
        )  # fmt: skip
        return self.with_bias(z)

    def forward_z(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z: tap after tap x W[t]^T, added where the tap sees; + b."""
        W = self.kernel.array
        same_types(x, W)
        node.x = x = to_last(x, self.data_format)
        w = self.windows_backwards(x.shape[1:-1])
        z = node.buffer("z", (len(x), *w.spatial, self.filters), W.dtype)
        input_gradient(x, W, w, z, node.buffer)
        return self.add_bias(from_last(z, self.data_format))

    def backward_z(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW = (windows of dz)^T x, db = sum of dz, and dx = (windows of dz) W if it is needed."""
        x, W = node.x, self.kernel.array
        self.bias_gradient(dz, node)
        dz = to_last(dz, self.data_format)
        w = self.windows_backwards(x.shape[1:-1])
        if self.kernel in node.trained:
            kernel_gradient(dz, x, w, node.gradient(self.kernel), node.buffer)
        if not node.needs_dx:
            return None
        dx = node.buffer("dx", x.shape, W.dtype)
        convolve(dz, W, w, dx, node.buffer)
        return from_last(dx, self.data_format)

    def windows_backwards(self, spatial: tuple[int, ...]) -> Windows:
        """The windows, on z, of the convolution that is run backwards."""
        return transposed_windows(
            spatial, self.kernel_size, self.strides, self.padding, self.output_padding,
            self.dilation_rate,
        )  # fmt: skip

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = positive(filters, "filters")
        self.describe(kernel_size, strides, padding, data_format, dilation_rate)
        self.output_padding: tuple[int, ...] | None = None
        if output_padding is not None:
            self.output_padding = standardize_tuple(
                output_padding, self.rank, "output_padding", allow_zero=True
            )
            for axis, (p, s) in enumerate(zip(self.output_padding, self.strides, strict=True)):
                if p >= s:
                    raise ValueError(
                        "`output_padding` must be strictly less than `strides` for all dimensions. "
                        f"At dimension {axis}, `output_padding` is {p} but `strides` is {s}. "
                        f"Received: output_padding={self.output_padding}, strides={self.strides}"
                    )
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.describe_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self.describe_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.bias: Variable | None = None
        self.refuse_dilated_strides()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates W and b."""
        channels = self.channels_of(input_shape)
        self.kernel = self.create_weight("kernel", (*self.kernel_size, self.filters, channels))
        if self.use_bias:
            self.bias = self.create_weight("bias", (self.filters,))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of y; axes that are not known stay so."""
        last = self.data_format == "channels_last"
        spatial = input_shape[1:-1] if last else input_shape[2:]
        more = self.output_padding or (None,) * self.rank
        sizes = zip(spatial, self.kernel_size, self.strides, more, self.dilation_rate, strict=True)
        output = tuple(transposed_length(n, k, s, self.padding, p, d) for n, k, s, p, d in sizes)
        return (input_shape[0], *((*output, self.filters) if last else (self.filters, *output)))


class Conv1DTranspose(ConvTranspose):
    """A transposed convolution along steps (`keras.layers.Conv1DTranspose`)."""

    rank = 1


@defaults(strides=(1, 1), dilation_rate=(1, 1))
class Conv2DTranspose(ConvTranspose):
    """A transposed convolution of images (`keras.layers.Conv2DTranspose`)."""

    rank = 2


@defaults(strides=(1, 1, 1), dilation_rate=(1, 1, 1))
class Conv3DTranspose(ConvTranspose):
    """A transposed convolution of volumes (`keras.layers.Conv3DTranspose`)."""

    rank = 3

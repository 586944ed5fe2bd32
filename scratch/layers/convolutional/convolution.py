"""Convolution: a small kernel slides over an image, and its weights are the same everywhere.

    z[n, o]  =  sum over taps t of  x[n, i(o, t)] W[t]  +  b          i = o * stride + t * dilation
    y = f(z)                                                              - what is padded in front

    dz = dy * f'(z)              dW[t] = sum over n, o of  x[n, i]^T dz[n, o]
    db = sum of dz over n, o     dx[n, i] = sum over the o, t that see i of  dz[n, o] W[t]^T

x: (batch, *spatial, channels)  W: (*kernel_size, channels / groups, filters)  b: (filters,)
z, y: (batch, *output, filters); with `"channels_first"` the channels of x and y are axis 1.

With all windows of x as rows of a matrix, z and dW are a product each; dx is one for each tap
(`scratch.kernels.convolution`). Strictly it is a correlation: the kernel is not turned round.
"""

import math
from numbers import Integral
from typing import Any

import numpy as np

from scratch import activations, ops
from scratch.context.defaults import standardize_data_format
from scratch.kernels.convolution import convolve, input_gradient, kernel_gradient
from scratch.kernels.products import matmul
from scratch.kernels.samples import in_parts
from scratch.kernels.windows import Windows, from_last, to_last, windows_on
from scratch.layers.activations.activated import Affine, saved_activation
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.lora import Adaptable, lora_config
from scratch.layers.base.sizes import defaults, standardize_padding, standardize_tuple
from scratch.network.node import Node
from scratch.ops.bias import bias_shape
from scratch.ops.convolution import same_types
from scratch.ops.graph.operation import to_symbol
from scratch.ops.graph.symbol import Symbol
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


class Sliding(Affine):
    """What all layers with a kernel that slides have in common."""

    rank: int  # how many spatial axes there are
    filters: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    data_format: str
    dilation_rate: tuple[int, ...]

    def with_bias(self, z: Any) -> Any:
        """z + b, in ops; b lies along the channels."""
        if self.bias is None:
            return z
        last = self.data_format == "channels_last"
        ones = (1,) * self.rank
        shape = (1, *ones, self.bias.shape[0]) if last else (1, self.bias.shape[0], *ones)
        # Of a variable alone `reshape` would be an array, and the graph would not know of it.
        bias = to_symbol(self.bias) if isinstance(z, Symbol) else self.bias
        return ops.add(z, ops.reshape(bias, shape))

    def add_bias(self, z: np.ndarray) -> np.ndarray:
        """z + b, in place; z in the layer's format."""
        if self.bias is None:
            return z
        b = self.bias.array.reshape(self._bias_shape(z.shape))
        if b.ndim == 1:
            in_parts(lambda rows: np.add(z[rows], b, out=z[rows]), len(z), z.size)
        else:
            z += b
        return z

    def bias_gradient(self, dz: np.ndarray, node: Node) -> None:
        """db = sum of dz over what b was added to; dz in the layer's format."""
        if self.bias is not None and self.bias in node.trained:
            wide = self._bias_shape(dz.shape)
            if len(wide) == 1:  # one row of ones times dz: a product is faster than a sum
                rows = dz.reshape(math.prod(dz.shape[:-1]), dz.shape[-1])
                matmul(np.ones(len(rows), dz.dtype), rows, out=node.gradient(self.bias))
                return
            own = dz.ndim - len(wide) + int(np.argmax(wide))  # the axis along which b lies
            axes = tuple(axis for axis in range(dz.ndim) if axis != own)
            np.add.reduce(dz, axis=axes, out=node.gradient(self.bias))

    def _bias_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape in which b is added; not along the channels where quirk K36 has it so."""
        n = self.bias.array.size
        if self.data_format == "channels_last":
            return (n,)
        return bias_shape(shape, (1, n, *(1,) * self.rank))

    def describe(
        self, kernel_size: Any, strides: Any, padding: str, data_format: Any, dilation_rate: Any
    ) -> None:
        """Takes the arguments that tell where the windows are.

        Raises:
            ValueError: for sizes that are not positive, or unknown names.
        """
        self.kernel_size = standardize_tuple(kernel_size, self.rank, "kernel_size")
        self.strides = standardize_tuple(strides, self.rank, "strides")
        self.dilation_rate = standardize_tuple(dilation_rate, self.rank, "dilation_rate")
        self.padding = standardize_padding(padding, allow_causal=isinstance(self, Conv1D))
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)

    def refuse_dilated_strides(self) -> None:
        """Raises ValueError where there are strides and dilation together."""
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
                f"strides={self.strides} and dilation_rate={self.dilation_rate}"
            )

    def channels_of(self, input_shape: tuple[int | None, ...]) -> int:
        """The size of the channels' axis, from which on the layer demands it.

        Raises:
            ValueError: when it is not fixed.
        """
        axis = -1 if self.data_format == "channels_last" else 1
        channels = input_shape[axis]
        if channels is None:
            raise ValueError(
                f"Layer {self.name!r}: the channels of the input, axis {axis}, must be of a fixed "
                f"number; got input shape {input_shape}"
            )
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={axis: channels})
        return channels

    def windows(self, spatial: tuple[int, ...]) -> Windows:
        """The windows on an image.

        Raises:
            ValueError: where they do not fit into it.
        """
        return windows_on(spatial, self.kernel_size, self.strides, self.dilation_rate, self.padding)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of y; axes that are not known stay so.

        Raises:
            ValueError: for an input of another rank, or one that is too small.
        """
        last = self.data_format == "channels_last"
        if len(input_shape) != self.rank + 2:
            raise ValueError(
                f"Kernel shape must have the same length as input, but received kernel_size="
                f"{self.kernel_size} and input of shape {input_shape}."
            )
        spatial = input_shape[1:-1] if last else input_shape[2:]
        # An axis that is not known counts as one into which a single window fits.
        known = tuple(
            (k - 1) * d + 1 if n is None else n
            for n, k, d in zip(spatial, self.kernel_size, self.dilation_rate, strict=True)
        )
        output = tuple(
            None if n is None else o
            for n, o in zip(spatial, self.windows(known).output, strict=True)
        )
        filters = self.filters_of(input_shape[-1 if last else 1])
        return (input_shape[0], *output, filters) if last else (input_shape[0], filters, *output)

    def filters_of(self, channels: int | None) -> int | None:
        """How many channels y has, for those of x."""
        return self.filters


@configured(
    keys="filters kernel_size strides padding data_format dilation_rate groups activation use_bias "
    "kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
    "kernel_constraint bias_constraint",
    values={"activation": saved_activation},
    also=lora_config,
)
class Conv(Adaptable, Sliding):
    """The base of `Conv1D`, `Conv2D` and `Conv3D`.

    Args:
        filters: how many channels y has.
        kernel_size: places of a window, one number for all axes or one for each.
        strides: steps from one window to the next.
        padding: `"valid"`: windows lie in the image; `"same"`: as many of them as there are strides
            in it, with zeros around, the odd one behind; `"causal"` (`Conv1D`): zeros in front
            only, so that no output sees what comes later.
        data_format: where the channels are; default: `config.image_data_format()`.
        dilation_rate: steps from one place of a window to the next.
        groups: into how many parts channels and filters are divided; each sees its own.
        activation: f, a name or a function; None means the identity.
        use_bias: whether there is a b.
        kernel_initializer, bias_initializer: how W and b start.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties on W, b and y.
        kernel_constraint, bias_constraint: applied to W and b after every update.
        lora_rank: where given, W is frozen, and a correction of this rank is trained
            (`Adaptable.enable_lora`).
        lora_alpha: the correction counts lora_alpha / lora_rank times.

    Raises:
        ValueError: for numbers that are not positive, filters or channels that the groups do not
            divide, strides together with dilation, unknown names, or windows larger than the image.
    """

    @property
    def kernel(self) -> Any:
        """W, or what it has become where it is adapted."""
        plain = vars(self).get("_kernel")
        return self.adapted_weight if plain is None or self.lora_enabled else plain

    def pre_activation(self, x: Any) -> Any:
        """z = x * W + b, in ops."""
        padding = self.padding
        if padding == "causal":
            behind = [((self.kernel_size[0] - 1) * self.dilation_rate[0], 0)]
            none = [(0, 0)]
            last = self.data_format == "channels_last"
            x = ops.pad(x, [*none, *behind, *none] if last else [*none, *none, *behind])
            padding = "valid"
        z = ops.conv(x, self.kernel, self.strides, padding, self.data_format, self.dilation_rate)
        return self.with_bias(z)

    def forward_z(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z = (windows of x) W + b."""
        W = self.kernel.array
        same_types(x, W)
        node.x = x = to_last(x, self.data_format)
        w = self.windows(x.shape[1:-1])
        z = node.buffer("z", (len(x), *w.output, self.filters), W.dtype)
        node.saved["windows"] = convolve(x, W, w, z, node.buffer)
        return self.add_bias(from_last(z, self.data_format))

    def backward_z(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW = (windows of x)^T dz, db = sum of dz, and dx += dz W[t]^T for each tap, if needed."""
        x, W = node.x, self.kernel.array
        self.bias_gradient(dz, node)
        dz = to_last(dz, self.data_format)
        w = self.windows(x.shape[1:-1])
        if self.kernel in node.trained:
            dW, gathered = node.gradient(self.kernel), node.saved["windows"]
            kernel_gradient(x, dz, w, dW, node.buffer, gathered)
        if not node.needs_dx:
            return None
        dx = input_gradient(dz, W, w, node.buffer("dx", x.shape, W.dtype), node.buffer)
        return from_last(dx, self.data_format)

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = positive(filters, "filters")
        self.describe(kernel_size, strides, padding, data_format, dilation_rate)
        self.groups = groups
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.describe_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self.describe_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.bias: Variable | None = None
        self.describe_lora(lora_rank, lora_alpha)
        if groups <= 0:
            raise ValueError(
                f"The number of groups must be a positive integer. Received: groups={groups}."
            )
        if filters % groups:
            raise ValueError(
                "The number of filters must be evenly divisible by the number of groups. Received: "
                f"groups={groups}, filters={filters}."
            )
        self.refuse_dilated_strides()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates W and b."""
        channels = self.channels_of(input_shape)
        if channels % self.groups:
            raise ValueError(
                "The number of input channels must be evenly divisible by the number of groups. "
                f"Received groups={self.groups}, but the input has {channels} channels (full input "
                f"shape is {input_shape})."
            )
        self.compute_output_shape(input_shape)
        self._kernel = self.create_weight(
            "kernel", (*self.kernel_size, channels // self.groups, self.filters)
        )
        if self.use_bias:
            self.bias = self.create_weight("bias", (self.filters,))
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)


def positive(value: int, name: str) -> int:
    """The number itself.

    Raises:
        ValueError: when it is no positive integer.
    """
    if not isinstance(value, Integral) or value <= 0:
        raise ValueError(
            f"Invalid value for argument `{name}`. Expected a strictly positive value. "
            f"Received {name}={value!r}."
        )
    return int(value)


class Conv1D(Conv):
    """A convolution along steps; x: (batch, steps, channels) (`keras.layers.Conv1D`)."""

    rank = 1


@defaults(strides=(1, 1), dilation_rate=(1, 1))
class Conv2D(Conv):
    """A convolution of images; x: (batch, rows, columns, channels) (`keras.layers.Conv2D`)."""

    rank = 2


@defaults(strides=(1, 1, 1), dilation_rate=(1, 1, 1))
class Conv3D(Conv):
    """A convolution of volumes; x: (batch, *three axes, channels) (`keras.layers.Conv3D`)."""

    rank = 3

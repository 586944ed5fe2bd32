"""Convolution: every output place sees a window of the image, weighed by the kernel.

    y[n, o]  =  sum over taps t of  x[n, i(o, t)] W[t]            i: see `scratch.kernels.windows`

Strictly it is a correlation: the kernel is not turned round. The number <dy, conv(x, W)> is linear
in dy, in x and in W, as with a product of matrices, and its three partial derivatives

    conv(x, W)       dx[i] = sum of dy[o] W[t]^T       dW[t] = sum of x[i]^T dy[o]

are each other's derivatives. A transposed convolution is the second of them, used forwards.

    x: (batch, *spatial, channels)      W: (*size, channels / groups, filters)

What is written here is the definition, a product for every tap; layers compute the same in one
product (`scratch.kernels.convolution`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.context.defaults import standardize_data_format
from scratch.kernels.windows import Windows, as_tuple, windows_on
from scratch.ops.casting import convert_to_tensor
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation, to_symbol
from scratch.ops.graph.symbol import Symbol
from scratch.ops.shape import moveaxis, reshape

Sizes = int | Sequence[int]


def conv(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Any:
    """A convolution in one to three dimensions.

    Args:
        inputs: (batch, *spatial, channels), or with `"channels_first"` (batch, channels, *spatial).
        kernel: (*size, channels / groups, filters); the number of groups follows from it.
        strides: from one window to the next, one number for all axes or one for each.
        padding: `"valid"` or `"same"`.
        data_format: where the channels are; default: `config.image_data_format()`.
        dilation_rate: from one tap to the next; together with strides, which TensorFlow refuses,
            as any other.

    Raises:
        ValueError: for shapes that do not fit, or a kernel larger than the image.
        InvalidArgumentError: for types that differ, or another padding.
    """
    inputs, data_format = _checked(inputs, padding, data_format)
    strides, dilation_rate = _frozen(strides), _frozen(dilation_rate)
    return _in_format(data_format, inputs, kernel, strides, padding.lower(), dilation_rate)


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Any:
    """A convolution of every channel for itself, in one or two dimensions.

    Channel c gives the channels `c * multiplier ... c * multiplier + multiplier - 1`.

    Args:
        inputs: see `conv`.
        kernel: (*size, channels, multiplier).
        strides, padding, data_format, dilation_rate: see `conv`.

    Raises:
        ValueError: for shapes that do not fit, or another number of dimensions.
        InvalidArgumentError: as `conv`, and for integers.
    """
    inputs, data_format = _checked(inputs, padding, data_format)
    _one_or_two_dimensions(inputs)
    # Of a variable alone `reshape` would be an array, and the graph would not know of it.
    kernel = to_symbol(kernel) if isinstance(inputs, Symbol) else convert_to_tensor(kernel)
    _same_channels(inputs, kernel.shape[-2], data_format)
    _no_integers(inputs)
    # A group for every channel.
    columns = reshape(kernel, (*kernel.shape[:-2], 1, kernel.shape[-2] * kernel.shape[-1]))
    strides, dilation_rate = _frozen(strides), _frozen(dilation_rate)
    return _in_format(data_format, inputs, columns, strides, padding.lower(), dilation_rate)


def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Any:
    """`depthwise_conv`, then a convolution with windows of one place.

    Args:
        inputs, strides, padding, data_format, dilation_rate: see `depthwise_conv`.
        depthwise_kernel: (*size, channels, multiplier).
        pointwise_kernel: (1, ..., channels * multiplier, filters).

    Raises:
        ValueError, InvalidArgumentError: as `depthwise_conv`.
    """
    middle = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(middle, pointwise_kernel, data_format=data_format)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    output_padding: Sizes | None = None,
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Any:
    """The transpose of a convolution: from its output's shape to its input's.

    Args:
        inputs: see `conv`.
        kernel: (*size, filters, channels): as of the convolution that goes the other way.
        strides, padding, data_format, dilation_rate: of that convolution.
        output_padding: how many places more there are at the end; None: so many that the result is
            `strides` times as long with `"same"`, and holds all windows with `"valid"`.

    Raises:
        ValueError: for shapes that do not fit, or another padding.
        InvalidArgumentError: for types that differ.
    """
    data_format = standardize_data_format(data_format)
    inputs = convert_to_tensor(inputs)
    if padding.lower() not in ("valid", "same"):
        raise ValueError(
            f"The `padding` argument must be one of 'valid', 'same'. Received: padding={padding}"
        )
    _same_channels(inputs, kernel.shape[-1], data_format)
    x = inputs if data_format == "channels_last" else moveaxis(inputs, 1, -1)
    y = _conv_transpose(
        x, kernel, strides=_frozen(strides), padding=padding.lower(),
        output_padding=output_padding,
        dilation=_frozen(dilation_rate),
    )  # fmt: skip
    return y if data_format == "channels_last" else moveaxis(y, -1, 1)


# The three bilinear operations -------------------------------------------------------------------


def _windows(x: Any, kernel: Any, strides: Any, padding: str, dilation: Any) -> Windows:
    """The windows of a kernel on an image."""
    rank = len(kernel.shape) - 2
    if rank not in (1, 2, 3) or len(x.shape) != rank + 2:
        raise ValueError(
            f"a kernel of shape {kernel.shape} is for images of shape (batch, *spatial, channels) "
            f"with {rank} spatial axes, from one to three; got {x.shape}"
        )
    return windows_on(
        tuple(x.shape[1:-1]), tuple(kernel.shape[:-2]), as_tuple(strides, rank, "strides"),
        as_tuple(dilation, rank, "dilation_rate"), padding,
    )  # fmt: skip


def groups_of(channels: int, kernel: Any) -> int:
    """How many groups a kernel divides the channels into.

    Raises:
        ValueError: where they cannot be divided.
    """
    each, filters = kernel.shape[-2:]
    if each == 0 or channels % each or filters % max(channels // each, 1):
        raise ValueError(
            "The number of input channels must match the kernel's input channels, or be a multiple "
            f"of them, and the filters of as many groups. Received: input channels={channels}, "
            f"kernel input channels={each}, filters={filters}"
        )
    return channels // each


def same_types(x: Any, kernel: Any) -> None:
    """Raises InvalidArgumentError where image and kernel differ in type."""
    if x.dtype != kernel.dtype and "c" not in (x.dtype.kind, kernel.dtype.kind):
        raise InvalidArgumentError(
            f"a convolution takes images and kernels of one type; got {x.dtype} images and a "
            f"{kernel.dtype} kernel. Cast one of them, for example x.astype({kernel.dtype.name!r})"
        )


def zeros_of(shape: tuple[int, ...], x: Any) -> np.ndarray:
    """Zeros of the type of `x`, without memory: what shapes are found with."""
    return np.broadcast_to(np.zeros((), x.dtype), shape)


def _conv_like(x: Any, kernel: Any, strides: Any, padding: str, dilation: Any) -> np.ndarray:
    w = _windows(x, kernel, strides, padding, dilation)
    return zeros_of((len(x), *w.output, kernel.shape[-1]), x)


def _conv_derivative(dy: Any, y: Any, x: Any, kernel: Any, **how: Any) -> tuple:
    return _conv_dx(dy, kernel, x, **how), _conv_dw(x, dy, kernel, **how)


@operation(error=ValueError, derivative=_conv_derivative, like=_conv_like)
def _conv(
    x: Tensor, kernel: Tensor, strides: Any = 1, padding: str = "valid", dilation: Any = 1
) -> Tensor:
    same_types(x, kernel)
    groups = groups_of(x.shape[-1], kernel)
    w = _windows(x, kernel, strides, padding, dilation)
    y = np.zeros((len(x), *w.output, kernel.shape[-1]), np.result_type(x, kernel))
    for tap, outputs, inputs in w.taps:
        seen = _parts(x[(slice(None), *inputs)], groups)
        W = _parts(kernel[tap], groups)
        y[(slice(None), *outputs)] += _joined(np.einsum("...gc,cgf->...gf", seen, W, optimize=True))
    return y


def _conv_dx_like(dy: Any, kernel: Any, like: Any, **how: Any) -> np.ndarray:
    return zeros_of(like.shape, dy)


def _conv_dx_derivative(g: Any, dx: Any, dy: Any, kernel: Any, like: Any, **how: Any) -> tuple:
    return _conv(g, kernel, **how), _conv_dw(g, dy, kernel, **how), None


@operation(error=ValueError, derivative=_conv_dx_derivative, like=_conv_dx_like)
def _conv_dx(
    dy: Tensor,
    kernel: Tensor,
    like: Tensor,
    strides: Any = 1,
    padding: str = "valid",
    dilation: Any = 1,
) -> Tensor:
    """The gradient of the image."""
    groups = groups_of(like.shape[-1], kernel)
    w = _windows(like, kernel, strides, padding, dilation)
    dx = np.zeros(like.shape, np.result_type(dy, kernel))
    for tap, outputs, inputs in w.taps:
        part, W = _parts(dy[(slice(None), *outputs)], groups), _parts(kernel[tap], groups)
        dx[(slice(None), *inputs)] += _joined(np.einsum("...gf,cgf->...gc", part, W, optimize=True))
    return dx


def _conv_dw_like(x: Any, dy: Any, like: Any, **how: Any) -> np.ndarray:
    return zeros_of(like.shape, x)


def _conv_dw_derivative(g: Any, dw: Any, x: Any, dy: Any, like: Any, **how: Any) -> tuple:
    return _conv_dx(dy, g, x, **how), _conv(x, g, **how), None


@operation(error=ValueError, derivative=_conv_dw_derivative, like=_conv_dw_like)
def _conv_dw(
    x: Tensor,
    dy: Tensor,
    like: Tensor,
    strides: Any = 1,
    padding: str = "valid",
    dilation: Any = 1,
) -> Tensor:
    """The gradient of the kernel."""
    groups = groups_of(x.shape[-1], like)
    w = _windows(x, like, strides, padding, dilation)
    dw = np.zeros(like.shape, np.result_type(x, dy))
    for tap, outputs, inputs in w.taps:
        seen, part = x[(slice(None), *inputs)], dy[(slice(None), *outputs)]
        rows = _parts(seen, groups).reshape(-1, groups, like.shape[-2])
        drows = _parts(part, groups).reshape(-1, groups, like.shape[-1] // groups)
        dw[tap] = _joined(np.einsum("ngc,ngf->cgf", rows, drows, optimize=True))
    return dw


def _parts(x: np.ndarray, groups: int) -> np.ndarray:
    """The last axis as groups: (..., groups, size)."""
    return x.reshape(*x.shape[:-1], groups, x.shape[-1] // groups)


def _joined(x: np.ndarray) -> np.ndarray:
    """The way back from `_parts`."""
    return x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])


# The second of them, forwards --------------------------------------------------------------------


def transposed_windows(
    spatial: Sequence[int],
    size: Sequence[int],
    strides: Sizes,
    padding: str,
    output_padding: Sizes | None,
    dilation: Sizes,
) -> Windows:
    """The windows of the convolution that a transposed one turns round.

    Args:
        spatial: of the transposed convolution's input.
        size, strides, padding, output_padding, dilation: see `conv_transpose`.

    Returns:
        The windows on its output: `windows.spatial` is the output's shape.

    Raises:
        ValueError: where no convolution leads from such an output to the input.
    """
    rank = len(spatial)
    every = as_tuple(strides, rank, "strides"), as_tuple(dilation, rank, "dilation_rate")
    more = None if output_padding is None else as_tuple(output_padding, rank, "output_padding")
    length = tuple(
        transposed_length(n, k, s, padding, None if more is None else more[axis], d)
        for axis, (n, k, s, d) in enumerate(zip(spatial, size, *every, strict=True))
    )
    windows = windows_on(length, tuple(size), *every, padding)
    if windows.output != tuple(spatial):
        raise ValueError(
            f"with output_padding={output_padding} the output would be {length}, from which a "
            f"convolution with windows {tuple(size)}, strides {every[0]} and padding={padding!r} "
            f"leads to {windows.output}, not to the input's {tuple(spatial)}. Choose another "
            "`output_padding`, or None"
        )
    return windows


def transposed_length(
    n: int | None, size: int, stride: int, padding: str, output_padding: int | None, dilation: int
) -> Any:
    """How long an axis of n becomes; None for None."""
    if n is None:
        return None
    reach = (size - 1) * dilation + 1
    if padding == "valid":
        more = max(stride - reach, 0) if output_padding is None else output_padding
        return (n - 1) * stride + reach + more
    if output_padding is None:
        return n * stride
    return (n - 1) * stride + reach % 2 + output_padding


def _transposed(x: Any, kernel: Any, how: dict[str, Any]) -> Windows:
    rank = len(kernel.shape) - 2
    if len(x.shape) != rank + 2:
        raise ValueError(f"a kernel of shape {kernel.shape} is for {rank + 2} axes; got {x.shape}")
    return transposed_windows(x.shape[1:-1], kernel.shape[:-2], **how)


def _conv_transpose_like(x: Any, kernel: Any, **how: Any) -> np.ndarray:
    return zeros_of((len(x), *_transposed(x, kernel, how).spatial, kernel.shape[-2]), x)


def _conv_transpose_derivative(
    dy: Any, y: Any, x: Any, kernel: Any, output_padding: Any, **how: Any
) -> tuple:
    return _conv(dy, kernel, **how), _conv_dw(dy, x, kernel, **how)


@operation(error=ValueError, derivative=_conv_transpose_derivative, like=_conv_transpose_like)
def _conv_transpose(
    x: Tensor,
    kernel: Tensor,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    dilation: Any = 1,
) -> Tensor:
    same_types(x, kernel)
    how = {"strides": strides, "padding": padding, "dilation": dilation}
    like = _conv_transpose_like(x, kernel, output_padding=output_padding, **how)
    return _conv_dx.compute(x, kernel, like, **how)


# What is asked of the arguments ------------------------------------------------------------------


def _checked(inputs: Any, padding: str, data_format: Any) -> tuple[Any, str]:
    data_format = standardize_data_format(data_format)
    inputs = convert_to_tensor(inputs)
    if padding.lower() not in ("valid", "same"):
        raise InvalidArgumentError(
            f"a convolution's `padding` is 'valid' or 'same'; got {padding!r}. (A layer, Conv1D, "
            "has 'causal' too; for an operation pad the input with `ops.pad` first)"
        )
    if inputs.shape is not None and len(inputs.shape) not in (3, 4, 5):
        raise ValueError(
            f"Input rank not supported: {len(inputs.shape)}. Expected values are [3, 4, 5]"
        )
    return inputs, data_format


def _frozen(sizes: Sizes) -> Any:
    if np.min(sizes) <= 0:
        raise InvalidArgumentError(f"strides and dilation rates are positive; got {sizes}")
    return sizes if isinstance(sizes, int) else tuple(sizes)


def _in_format(
    data_format: str, x: Any, kernel: Any, strides: Any, padding: str, dilation: Any
) -> Any:
    last = data_format == "channels_last"
    x = x if last else moveaxis(x, 1, -1)
    channels = None if x.shape is None else x.shape[-1]
    if channels is not None and None not in (getattr(kernel, "shape", None) or (None,)):
        groups_of(channels, kernel)
    y = _conv(x, kernel, strides=strides, padding=padding, dilation=dilation)
    return y if last else moveaxis(y, -1, 1)


def _one_or_two_dimensions(inputs: Any) -> None:
    if inputs.shape is not None and len(inputs.shape) not in (3, 4):
        raise ValueError(
            f"`inputs` rank must be 3 (1D conv) or 4 (2D conv). Received: {len(inputs.shape)}."
        )


def _no_integers(inputs: Any) -> None:
    if np.dtype(inputs.dtype or "float32").kind in "biu":
        raise InvalidArgumentError(
            f"a depthwise convolution takes floating point numbers; got {inputs.dtype}. Cast the "
            "input, for example with `ops.cast(x, 'float32')`"
        )


def _same_channels(inputs: Any, wanted: Any, data_format: str) -> None:
    if inputs.shape is None:
        return
    found = inputs.shape[-1 if data_format == "channels_last" else 1]
    if found is not None and wanted is not None and found != wanted:
        raise ValueError(
            "The number of input channels must match the kernel's input channels. Received: input "
            f"channels={found}, kernel input channels={wanted}, data_format='{data_format}'."
        )

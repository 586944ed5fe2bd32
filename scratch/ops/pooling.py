"""Pooling: of every window of an image the largest number, or the mean, in each channel.

    max      y[n, o, c] = max over taps of x[n, i, c]        dx: dy to the first largest of a window
    average  y[n, o, c] = mean over taps of x[n, i, c]       dx: dy / count to each

A place outside of the image is not there: it is never the largest, and is not counted. NaN counts
as larger than any number. An adaptive pool has bins in place of windows, which divide an axis of n
into o parts, overlapping where they must: from floor(i n / o) to ceil((i + 1) n / o).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch.context.defaults import standardize_data_format
from scratch.kernels.windows import Windows, as_tuple, windows_on
from scratch.ops.casting import convert_to_tensor
from scratch.ops.complex_step import real
from scratch.ops.convolution import zeros_of
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.indexing import getitem
from scratch.ops.joining import concatenate
from scratch.ops.shape import moveaxis

Sizes = int | Sequence[int]


def max_pool(
    inputs: Any,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The largest number of every window, in each channel. Derivative: the first of ties has it.

    Args:
        inputs: (batch, *spatial, channels), or with `"channels_first"` (batch, channels, *spatial).
        pool_size: of a window, one number for all axes or one for each.
        strides: from one window to the next; default `pool_size`.
        padding: `"valid"` or `"same"`.
        data_format: where the channels are; default: `config.image_data_format()`.

    Raises:
        ValueError: for an input of another rank, or windows larger than the image.
        InvalidArgumentError: for another padding, sizes that are not positive, or truth values.
    """
    return _pool(_max_pool, inputs, pool_size, strides, padding, data_format)


def average_pool(
    inputs: Any,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The mean of every window, in each channel; arguments and errors as of `max_pool`.

    Raises:
        InvalidArgumentError: for integers, too.
    """
    return _pool(_average_pool, inputs, pool_size, strides, padding, data_format)


def adaptive_max_pool(inputs: Any, output_size: Sizes, data_format: str | None = None) -> Any:
    """The largest number of every bin, in each channel, one axis after the other.

    Args:
        inputs: see `max_pool`.
        output_size: how many bins, one number for all axes or one for each.
        data_format: see `max_pool`.

    Raises:
        ValueError: for an input of another rank, a size that is not known, or other numbers.
    """
    return _in_bins(max_pool, inputs, output_size, data_format)


def adaptive_average_pool(inputs: Any, output_size: Sizes, data_format: str | None = None) -> Any:
    """The mean of every bin, in each channel, one axis after the other.

    Args, errors: as of `adaptive_max_pool`.
    """
    return _in_bins(average_pool, inputs, output_size, data_format)


def bins(n: int, count: int) -> list[tuple[int, int]]:
    """Where the bins of an axis of n begin and end."""
    return [(i * n // count, -(-(i + 1) * n // count)) for i in range(count)]


# Maxima ------------------------------------------------------------------------------------------


def _windows(x: Any, size: Any, strides: Any, padding: str) -> Windows:
    return windows_on(tuple(x.shape[1:-1]), size, strides, (1,) * len(size), padding)


def _like(x: Any, *others: Any, size: Any, strides: Any, padding: str) -> np.ndarray:
    return zeros_of((len(x), *_windows(x, size, strides, padding).output, x.shape[-1]), x)


def _winners(x: np.ndarray, w: Windows) -> np.ndarray:
    """For every window and channel the number, among the taps, of the first largest."""
    winner = np.full((len(x), *w.output, x.shape[-1]), -1)
    best = np.zeros(winner.shape, x.dtype)
    for number, (_, outputs, inputs) in enumerate(w.taps):
        seen, places = x[(slice(None), *inputs)], (slice(None), *outputs)
        above = (seen > best[places]) | (np.isnan(seen) & ~np.isnan(best[places]))
        above |= winner[places] < 0
        np.copyto(best[places], seen, where=above)
        np.copyto(winner[places], number, where=above)
    return winner


def _max_pool_derivative(dy: Any, y: Any, x: Any, **how: Any) -> Any:
    return _to_winners(dy, x, **how)


@operation(error=ValueError, derivative=_max_pool_derivative, like=_like)
def _max_pool(x: Tensor, size: Any = (), strides: Any = (), padding: str = "valid") -> Tensor:
    if x.dtype.kind == "b":
        raise InvalidArgumentError("max_pool takes numbers; got truth values. Cast the input")
    return _at_winners.compute(x, x, size, strides, padding)


def _at_winners_derivative(dy: Any, y: Any, x: Any, of: Any, **how: Any) -> tuple:
    return _to_winners(dy, of, **how), None


@operation(error=ValueError, derivative=_at_winners_derivative, like=_like)
def _at_winners(
    x: Tensor, of: Tensor, size: Any = (), strides: Any = (), padding: str = "valid"
) -> Tensor:
    """The entries of `x` where `of` has the first largest number of a window."""
    w = _windows(of, size, strides, padding)
    winner = _winners(real(of), w)
    y = np.zeros(winner.shape, x.dtype)
    for number, (_, outputs, inputs) in enumerate(w.taps):
        places = (slice(None), *outputs)
        np.copyto(y[places], x[(slice(None), *inputs)], where=winner[places] == number)
    return y


def _to_winners_derivative(g: Any, dx: Any, dy: Any, of: Any, **how: Any) -> tuple:
    return _at_winners(g, of, **how), None


def _to_winners_like(dy: Any, of: Any, **how: Any) -> np.ndarray:
    return zeros_of(of.shape, dy)


@operation(error=ValueError, derivative=_to_winners_derivative, like=_to_winners_like)
def _to_winners(
    dy: Tensor, of: Tensor, size: Any = (), strides: Any = (), padding: str = "valid"
) -> Tensor:
    """Zeros in the shape of `of`, with `dy` added at the first largest number of each window."""
    w = _windows(of, size, strides, padding)
    winner = _winners(real(of), w)
    dx = np.zeros(of.shape, dy.dtype)
    for number, (_, outputs, inputs) in enumerate(w.taps):
        places = (slice(None), *outputs)
        dx[(slice(None), *inputs)] += np.where(winner[places] == number, dy[places], 0)
    return dx


# Means -------------------------------------------------------------------------------------------


def _average_pool_derivative(dy: Any, y: Any, x: Any, **how: Any) -> Any:
    return _average_dx(dy, x, **how)


@operation(error=ValueError, derivative=_average_pool_derivative, like=_like)
def _average_pool(x: Tensor, size: Any = (), strides: Any = (), padding: str = "valid") -> Tensor:
    if x.dtype.kind in "biu":
        raise InvalidArgumentError(
            f"average_pool takes floating point numbers; got {x.dtype}. Cast the input, for "
            "example with `ops.cast(x, 'float32')`"
        )
    w = _windows(x, size, strides, padding)
    y = np.zeros((len(x), *w.output, x.shape[-1]), x.dtype)
    for _, outputs, inputs in w.taps:
        y[(slice(None), *outputs)] += x[(slice(None), *inputs)]
    return y / w.counts.astype(real(x).dtype)


def _average_dx_derivative(g: Any, dx: Any, dy: Any, like: Any, **how: Any) -> tuple:
    return _average_pool(g, **how), None


@operation(error=ValueError, derivative=_average_dx_derivative, like=_to_winners_like)
def _average_dx(
    dy: Tensor, like: Tensor, size: Any = (), strides: Any = (), padding: str = "valid"
) -> Tensor:
    """The mean's gradient: of each window's dy an equal part to every place."""
    w = _windows(like, size, strides, padding)
    part = dy / w.counts.astype(real(dy).dtype)
    dx = np.zeros(like.shape, dy.dtype)
    for _, outputs, inputs in w.taps:
        dx[(slice(None), *inputs)] += part[(slice(None), *outputs)]
    return dx


# What is asked of the arguments ------------------------------------------------------------------


def _pool(
    operation: Callable, inputs: Any, size: Any, strides: Any, padding: str, data_format: Any
) -> Any:
    inputs, data_format = _image(inputs, data_format)
    rank = len(inputs.shape) - 2
    strides = size if strides is None else strides
    if padding.lower() not in ("valid", "same"):
        raise InvalidArgumentError(f"a pool's `padding` is 'valid' or 'same'; got {padding!r}")
    sizes, steps = as_tuple(size, rank, "pool_size"), as_tuple(strides, rank, "strides")
    if min(sizes + steps) <= 0:
        raise InvalidArgumentError(
            f"pool_size and strides must be positive; got pool_size={size}, strides={strides}"
        )
    x = inputs if data_format == "channels_last" else moveaxis(inputs, 1, -1)
    y = operation(x, size=sizes, strides=steps, padding=padding.lower())
    return y if data_format == "channels_last" else moveaxis(y, -1, 1)


def _in_bins(pool: Callable, inputs: Any, output_size: Any, data_format: Any) -> Any:
    x, data_format = _image(inputs, data_format)
    rank = len(x.shape) - 2
    counts = as_tuple(output_size, rank, "output_size")
    if min(counts) <= 0:
        raise ValueError(f"`output_size` must be positive; got {output_size}")
    first = 1 if data_format == "channels_last" else 2
    for number, count in enumerate(counts):
        axis = first + number
        n = x.shape[axis]
        if n is None:
            raise ValueError(
                "Input spatial dimensions must be statically known for adaptive pooling; got "
                f"inputs of shape {tuple(x.shape)}"
            )
        parts = []
        for start, stop in bins(n, count):
            key = (*(slice(None),) * axis, slice(start, stop))
            window = tuple(stop - start if a == number else 1 for a in range(rank))
            parts.append(pool(getitem(x, key), window, 1, data_format=data_format))
        x = concatenate(parts, axis=axis)
    return x


def _image(inputs: Any, data_format: Any) -> tuple[Any, str]:
    data_format = standardize_data_format(data_format)
    inputs = convert_to_tensor(inputs)
    if inputs.shape is None or len(inputs.shape) not in (3, 4, 5):
        raise ValueError(
            f"Pooling takes inputs of shape (batch, *spatial, channels) with one to three spatial "
            f"axes. Received: shape={inputs.shape}"
        )
    return inputs, data_format

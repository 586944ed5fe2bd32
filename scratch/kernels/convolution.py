"""Convolution as one product of matrices, and its two derivatives.

    y[n, o]  = sum over taps t of  x[n, i(o, t)] W[t]         x[n, i]: a row of channels
             = (windows of x) W                               one row for every window

    dW    = (windows of x)^T dy
    dx[n, i(o, t)]  +=  dy[n, o] W[t]^T                       tap after tap, for all windows at once

Windows are gathered for some samples at a time: of large images they would fill the memory
otherwise. Where those of the whole batch are gathered at once, dW finds them as they are; else they
are gathered anew. With `groups`, each part
of the channels has its own part of the filters: as many products beside each other.

    x: (batch, *spatial, channels)   W: (*size, channels / groups, filters)
    y: (batch, *output, filters)

`depthwise` has a group for every channel, and no product is left: a tap is multiplied with its
weights and added.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np

from scratch.kernels.openblas import one_thread
from scratch.kernels.products import matmul, transposed_matmul
from scratch.kernels.samples import in_parts
from scratch.kernels.windows import Windows, gather_windows

Room = Callable[[str, tuple[int, ...], object], np.ndarray]  # name, shape, type: working memory

BLOCK = 1 << 21  # numbers in the windows of the samples of one block


def convolve(
    x: np.ndarray, kernel: np.ndarray, windows: Windows, out: np.ndarray, room: Room
) -> np.ndarray | None:
    """y = (windows of x) W, into `out`.

    Returns:
        The windows, one row for each, if they were gathered at once; else None.
    """
    seen, blocks = None, 0
    for group_x, W, y in _groups(x, kernel, out):
        columns = W.reshape(-1, W.shape[-1])
        for rows in _blocks(group_x, windows):
            seen, blocks = _windows(group_x[rows], windows, room), blocks + 1
            target = y[rows]
            if target.flags.c_contiguous:
                matmul(seen, columns, out=target.reshape(len(seen), -1))
            else:
                target[...] = matmul(seen, columns).reshape(target.shape)
    return seen if blocks == 1 else None


def kernel_gradient(
    x: np.ndarray,
    dy: np.ndarray,
    windows: Windows,
    out: np.ndarray,
    room: Room,
    gathered: np.ndarray | None = None,
) -> np.ndarray:
    """dW = (windows of x)^T dy, into `out`, which has W's shape.

    Args:
        gathered: the windows, if `convolve` returned them for this x.
    """
    for group_x, dW, group_dy in _groups(x, out, dy):
        found = dW.reshape(-1, dW.shape[-1])  # a copy, where there are groups
        part = room("dW", found.shape, found.dtype)
        for number, rows in enumerate(_blocks(group_x, windows)):
            seen = gathered
            if seen is None:
                seen = _windows(group_x[rows], windows, room)
            drows = group_dy[rows].reshape(len(seen), -1)
            transposed_matmul(seen, drows, out=part if number else found)
            if number:
                found += part
        if not len(x):
            found[...] = 0
        dW[...] = found.reshape(dW.shape)
    return out


def input_gradient(
    dy: np.ndarray, kernel: np.ndarray, windows: Windows, out: np.ndarray, room: Room
) -> np.ndarray:
    """dx: tap after tap dy W[t]^T, added to the places that the tap saw; `out` has x's shape."""
    for dx, W, group_dy in _groups(out, kernel, dy):
        if windows.trivial and dx.flags.c_contiguous:
            tap, places = (0,) * len(windows.size), math.prod(dy.shape[:-1])
            matmul(group_dy.reshape(places, -1), W[tap].T, out=dx.reshape(places, -1))
        else:
            _add_taps(group_dy, W, windows, dx, room)
    return out


def _add_taps(dy: np.ndarray, W: np.ndarray, windows: Windows, dx: np.ndarray, room: Room) -> None:
    """dx[n, i(o, t)] += dy[n, o] W[t]^T, from zero on: threads share the samples."""
    taps = room("taps", (*dy.shape[:-1], dx.shape[-1]), dx.dtype)

    def add(samples: slice) -> None:
        some, tap_of, into = dy[samples], taps[samples], dx[samples]
        places = math.prod(some.shape[:-1])
        rows, products = some.reshape(places, -1), tap_of.reshape(places, -1)
        into[...] = 0
        for tap, outputs, inputs in windows.taps:
            np.matmul(rows, W[tap].T, out=products)
            into[(slice(None), *inputs)] += tap_of[(slice(None), *outputs)]

    with one_thread:
        in_parts(add, len(dy), dy.size * math.prod(windows.size))


def _groups(
    x: np.ndarray, kernel: np.ndarray, y: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Channels, weights and filters that belong together, as views."""
    channels, filters = kernel.shape[-2:]
    groups = x.shape[-1] // channels
    if groups == 1:
        yield x, kernel, y
        return
    width = filters // groups
    for g in range(groups):
        mine = slice(g * width, (g + 1) * width)
        yield x[..., g * channels : (g + 1) * channels], kernel[..., mine], y[..., mine]


def _blocks(x: np.ndarray, windows: Windows) -> Iterator[slice]:
    """Samples whose windows fill a block."""
    each = math.prod(windows.output) * math.prod(windows.size) * x.shape[-1]
    step = max(1, BLOCK // max(each, 1))
    return (slice(first, min(first + step, len(x))) for first in range(0, len(x), step))


def _windows(x: np.ndarray, windows: Windows, room: Room) -> np.ndarray:
    """One row for every window."""
    shape = (len(x), *windows.output, *windows.size, x.shape[-1])
    rows = (len(x) * math.prod(windows.output), math.prod(windows.size) * x.shape[-1])
    if windows.trivial:
        return x.reshape(rows)
    return gather_windows(x, windows, room("windows", shape, x.dtype)).reshape(rows)


# A group for every channel -----------------------------------------------------------------------


def depthwise(
    x: np.ndarray, kernel: np.ndarray, windows: Windows, out: np.ndarray, room: Room
) -> np.ndarray:
    """y[n, o, c, m] = sum over taps of x[n, i, c] W[t, c, m], into `out`.

    W: (*size, channels, multiplier); out: (batch, *output, channels * multiplier).
    """
    y = out.reshape(*out.shape[:-1], *kernel.shape[-2:])
    y[...] = 0
    for tap, outputs, inputs in windows.taps:
        part = y[(slice(None), *outputs)]
        product = room("product", part.shape, out.dtype)
        part += np.multiply(x[(slice(None), *inputs)][..., None], kernel[tap], out=product)
    return out


def depthwise_kernel_gradient(
    x: np.ndarray, dy: np.ndarray, windows: Windows, out: np.ndarray
) -> np.ndarray:
    """dW[t, c, m] = sum over samples and windows of x[n, i, c] dy[n, o, c, m], into `out`."""
    dy = dy.reshape(*dy.shape[:-1], *out.shape[-2:])
    out[...] = 0
    for tap, outputs, inputs in windows.taps:
        seen, part = x[(slice(None), *inputs)], dy[(slice(None), *outputs)]
        lead = list(range(seen.ndim - 1))
        np.einsum(seen, [*lead, 8], part, [*lead, 8, 9], [8, 9], out=out[tap])
    return out


def depthwise_input_gradient(
    dy: np.ndarray, kernel: np.ndarray, windows: Windows, out: np.ndarray
) -> np.ndarray:
    """dx[n, i, c] = sum over taps and multiplier of dy[n, o, c, m] W[t, c, m], into `out`."""
    dy = dy.reshape(*dy.shape[:-1], *kernel.shape[-2:])
    out[...] = 0
    for tap, outputs, inputs in windows.taps:
        part = dy[(slice(None), *outputs)]
        out[(slice(None), *inputs)] += np.einsum("...cm,cm->...c", part, kernel[tap])
    return out

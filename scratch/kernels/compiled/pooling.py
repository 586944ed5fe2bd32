"""The twin of a maximum's way back, for images: each dy to the first largest of its window."""

import numpy as np

from scratch.kernels.compiled.twin import compiled
from scratch.kernels.table import are_floats, register_twin
from scratch.kernels.windows import Windows

Array = np.ndarray


def max_pool_backward(
    x: Array, y: Array, dy: Array, nan: bool, finite: bool, windows: Windows, left: Array, dx: Array
) -> None:
    """See `layers.pooling.pooling`."""
    w = windows
    how = np.array([w.size, w.strides, w.dilation, w.before], np.int64)
    _tap_by_tap(x, y, dy, nan, finite, w.tiles, how, left, dx)


def _fits(
    x: Array, y: Array, dy: Array, nan: bool, finite: bool, windows: Windows, left: Array, dx: Array
) -> bool:
    return len(windows.size) == 2 and are_floats(x, y, dy, dx) and left.flags.c_contiguous


@compiled
def _tap_by_tap(
    x: Array, y: Array, dy: Array, nan: bool, finite: bool, tiles: bool, how: Array,
    left: Array, dx: Array,
) -> None:  # fmt: skip
    """Sample after sample, so that a cache holds what the next tap asks for.

    Args:
        how: sizes, strides, dilation and places in front, of both axes.
    """
    batch, rows, columns, channels = x.shape
    size, strides, dilation, before = how[0], how[1], how[2], how[3]
    zero, number = y.dtype.type(0), y.dtype.type(y.size)
    one = number / number  # as in `activations.relu_backward`
    for n in range(batch):
        if not tiles:
            dx[n] = zero
        left[n] = True
        for s in range(size[0]):
            for t in range(size[1]):
                for o in range(y.shape[1]):
                    i = o * strides[0] + s * dilation[0] - before[0]
                    if i < 0 or i >= rows:
                        continue
                    for p in range(y.shape[2]):
                        j = p * strides[1] + t * dilation[1] - before[1]
                        if j < 0 or j >= columns:
                            continue
                        for c in range(channels):
                            seen, slope = x[n, i, j, c], dy[n, o, p, c]
                            largest = seen == y[n, o, p, c] or (nan and seen != seen)
                            hit = largest and left[n, o, p, c]
                            left[n, o, p, c] ^= hit
                            part = slope * (one if hit else zero)
                            if not finite:
                                part = slope if hit else zero
                            if tiles:
                                dx[n, i, j, c] = part
                            else:
                                dx[n, i, j, c] += part


register_twin("max_pool_backward", max_pool_backward, _fits)

"""Windows that slide over an image: where each of them is, what it sees, and the way back.

    output place o, tap t  ->  input place  i = o * stride + t * dilation - before      (each axis)

A *tap* is one place of the window, the same in all windows: the inputs that tap t sees are a slice
of the image with the stride as its step. Whatever lies outside of the image is not there: a
convolution takes it for 0, a maximum and an average leave it out.

    gather     windows[n, o, t] = x[n, i]        a copy of what every window sees
    and back   dx[n, i] += dwindows[n, o, t]     tap after tap, over slices

Images are (batch, *spatial, channels) here, with one to three spatial axes.
"""

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch.kernels.samples import in_parts

Sizes = tuple[int, ...]


@dataclass(frozen=True)
class Windows:
    """The windows on an image; all sizes are tuples with one number for each spatial axis.

    Args:
        spatial: of the image.
        size: of a window, in taps.
        strides: steps from one window to the next.
        dilation: steps from one tap to the next.
        before: places of the first window that lie in front of the image.
        output: how many windows there are.
    """

    spatial: Sizes
    size: Sizes
    strides: Sizes
    dilation: Sizes
    before: Sizes
    output: Sizes

    @functools.cached_property
    def taps(self) -> list[tuple[Sizes, tuple[slice, ...], tuple[slice, ...]]]:
        """For every tap that sees any place of the image: (tap, outputs, inputs).

        `inputs` are slices of the spatial axes of the image, `outputs` those of the windows that
        see them.
        """
        axes = zip(
            self.spatial, self.size, self.strides, self.dilation, self.before, self.output,
            strict=True,
        )  # fmt: skip
        found = []
        for choice in itertools.product(*(_along(*axis) for axis in axes)):
            taps, outputs, inputs = zip(*choice, strict=True)
            found.append((taps, outputs, inputs))
        return found

    @functools.cached_property
    def padded(self) -> Sizes | None:
        """The spatial shape of an image in which all windows lie; None if they do in this one."""
        reach = tuple(
            max(n + b, (o - 1) * s + (k - 1) * d + 1)
            for n, b, o, s, k, d in zip(
                self.spatial, self.before, self.output, self.strides, self.size, self.dilation,
                strict=True,
            )
        )  # fmt: skip
        return None if reach == self.spatial else reach

    @functools.cached_property
    def tiles(self) -> bool:
        """Whether every place is seen by exactly one window."""
        sizes = zip(self.spatial, self.output, self.strides, self.size, strict=True)
        return self.padded is None and all(n == o * s and s == k for n, o, s, k in sizes)

    @functools.cached_property
    def trivial(self) -> bool:
        """Whether every place is a window."""
        return math.prod(self.size) == 1 and self.output == self.spatial and not any(self.before)

    @functools.cached_property
    def counts(self) -> np.ndarray:
        """How many places of the image a window sees; (*output, 1)."""
        counts = np.zeros((*self.output, 1), "float64")
        for _, outputs, _ in self.taps:
            counts[outputs] += 1
        return counts


def _along(n: int, k: int, s: int, d: int, before: int, o: int) -> list[tuple[int, slice, slice]]:
    """(tap, outputs, inputs) of one axis, for the taps that see any place."""
    found = []
    for tap in range(k):
        shift = tap * d - before
        first = max(0, -(shift // s))  # the first output whose place is not in front of the image
        last = min(o - 1, (n - 1 - shift) // s)
        if first <= last:
            start = first * s + shift
            stop = last * s + shift + 1
            found.append((tap, slice(first, last + 1), slice(start, stop, s)))
    return found


@functools.lru_cache(maxsize=1024)
def windows_on(
    spatial: Sizes, size: Sizes, strides: Sizes, dilation: Sizes, padding: str
) -> Windows:
    """The windows on an image.

    Args:
        spatial, size, strides, dilation: see `Windows`.
        padding: `"valid"`: those that lie in the image; `"same"`: as many as there are steps of a
            stride, over both ends alike, the odd place behind; `"causal"`: the same number, each
            ending where its step begins.

    Raises:
        ValueError: where a window does not fit into the image.
    """
    before, output = [], []
    for n, k, s, d in zip(spatial, size, strides, dilation, strict=True):
        reach = (k - 1) * d + 1
        if padding == "valid":
            before.append(0)
            output.append((n - reach) // s + 1 if n >= reach else 0)
        else:
            steps = -(-n // s)
            total = max((steps - 1) * s + reach - n, 0)
            before.append(reach - 1 if padding == "causal" else total // 2)
            output.append(steps)
    if min(output) <= 0:
        raise ValueError(
            f"Computed output size would be zero or negative: a window of {size} with strides "
            f"{strides} and dilation {dilation} does not fit into an image of {spatial} with "
            f"padding={padding!r}. Use smaller windows, padding='same' or larger images"
        )
    return Windows(spatial, size, strides, dilation, tuple(before), tuple(output))


def gather_windows(x: np.ndarray, windows: Windows, out: np.ndarray) -> np.ndarray:
    """What every window sees, with 0 outside of the image.

    Args:
        x: (batch, *spatial, channels).
        windows: on such an image.
        out: (batch, *output, *size, channels), overwritten.
    """
    w, batch, channels = windows, len(x), x.shape[-1]
    if w.padded is not None:
        inside = tuple(slice(b, b + n) for b, n in zip(w.before, w.spatial, strict=True))
        room = np.zeros((batch, *w.padded, channels), x.dtype)
        room[(slice(None), *inside)] = x
        x = room
    steps = x.strides[1:-1]
    view = np.lib.stride_tricks.as_strided(
        x,
        (batch, *w.output, *w.size, channels),
        (
            x.strides[0],
            *(a * s for a, s in zip(steps, w.strides, strict=True)),
            *(a * d for a, d in zip(steps, w.dilation, strict=True)),
            x.strides[-1],
        ),
        writeable=False,
    )

    def copy(rows: slice) -> None:
        out[rows] = view[rows]

    in_parts(copy, batch, out.size)
    return out


def as_tuple(value: int | Sequence[int], rank: int, name: str) -> Sizes:
    """A number for each of `rank` axes, from one for all or a sequence of them.

    Raises:
        ValueError: for a sequence of another length.
    """
    found = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(found) != rank:
        raise ValueError(f"`{name}` must be one number, or {rank}, one for each axis; got {value}")
    return found


def to_last(x: Any, data_format: str) -> Any:
    """An array with its channels behind the spatial axes, whatever its format: a view."""
    return x if data_format == "channels_last" else np.moveaxis(x, 1, -1)


def from_last(x: Any, data_format: str) -> Any:
    """The way back from `to_last`: a view."""
    return x if data_format == "channels_last" else np.moveaxis(x, -1, 1)

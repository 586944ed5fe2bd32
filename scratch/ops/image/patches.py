"""Images cut into patches, side by side as one row of numbers each.

    y[i, j, (a, b, c)] = x[i s + a d, j s + b d, c]

for strides s and steps d inside a patch. dx: every entry gets the sum of what it has given.
"""

import itertools
from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.image.layout import as_images, from_last, to_last


def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The patches of images (`keras.ops.image.extract_patches`).

    Args:
        images: (height, width, channels), with a batch before these or not, or as `data_format`
            says; with a depth before the height where `size` has three numbers.
        size: of a patch; one number for both sides, or one for each.
        strides: from patch to patch; default: `size`.
        dilation_rate: from entry to entry in a patch.
        padding: `"valid"`, or `"same"` with zeros around the images.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Returns:
        (batch, rows of patches, columns of patches, numbers of a patch).

    Raises:
        TypeError: for a size that is no number or tuple.
        ValueError: for a tuple of another length, or an unknown setting.
    """
    if not isinstance(size, int):
        if not isinstance(size, tuple | list):
            raise TypeError(
                "Invalid `size` argument. Expected an int or a tuple. Received: "
                f"size={size} of type {type(size).__name__}"
            )
        if len(size) not in (2, 3):
            raise ValueError(
                "Invalid `size` argument. Expected a tuple of length 2 or 3. Received: "
                f"size={size} with length {len(size)}"
            )
    spatial = 2 if isinstance(size, int) else len(size)
    sizes = _each(size, spatial, "size")
    steps = sizes if not strides else _each(strides, spatial, "strides")
    rates = _each(dilation_rate, spatial, "dilation_rate")
    padding = padding.lower()
    if padding not in ("valid", "same"):
        raise ValueError(f"The `padding` must be 'valid' or 'same'. Received: padding={padding}")
    if max(steps) > 1 and max(rates) > 1:
        raise ValueError(
            "extract_patches: `strides` above 1 and `dilation_rate` above 1 do not go together. "
            f"Received: strides={strides}, dilation_rate={dilation_rate}"
        )
    data_format = standardize_data_format(data_format)
    images = as_images(images, ranks=(spatial + 1, spatial + 2))
    alone = len(images.shape) == spatial + 1
    if alone:
        images = ops.expand_dims(images, 0)
    patches = _patches(
        to_last(images, data_format, spatial), sizes=sizes, strides=steps, rates=rates,
        same=padding == "same",
    )  # fmt: skip
    patches = from_last(patches, data_format, spatial)
    return ops.squeeze(patches, 0) if alone else patches


def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The patches of volumes (`keras.ops.image.extract_patches_3d`).

    As `extract_patches` for a `size` of three numbers; one number counts for all three sides.

    Raises:
        TypeError: for a size of another length; else as `extract_patches`.
    """
    sides = (size, size, size) if isinstance(size, int) else size
    if len(sides) != 3:
        raise TypeError(
            "Invalid `size` argument. Expected an int or a tuple of length 3. Received: "
            f"size={size}"
        )
    return extract_patches(volumes, sides, strides, dilation_rate, padding, data_format)


def _each(number: Any, spatial: int, name: str) -> tuple[int, ...]:
    numbers = (number,) * spatial if isinstance(number, int) else tuple(number)
    if len(numbers) != spatial:
        raise ValueError(f"Invalid `{name}` argument. Got: {number}")
    return numbers


def _patches_derivative(dy: Any, y: Any, x: Any, **settings: Any) -> Any:
    return _unpatch(dy, x, **settings)


@operation(derivative=_patches_derivative, error=ValueError)
def _patches(
    x: Tensor, sizes: Any = (), strides: Any = (), rates: Any = (), same: bool = False
) -> Tensor:
    margins = _margins(x.shape, sizes, strides, rates, same)
    x = np.pad(x, margins)
    pieces = [x[key] for key in _windows(x.shape, sizes, strides, rates)]
    return np.concatenate(pieces, axis=-1)


@operation(
    derivative=lambda d, dx, dy, like, **settings: (_patches(d, **settings), None), error=ValueError
)
def _unpatch(
    dy: Tensor, like: Tensor, sizes: Any = (), strides: Any = (), rates: Any = (),
    same: bool = False,
) -> Tensor:  # fmt: skip
    """The sum of all numbers that came from one place, there."""
    margins = _margins(like.shape, sizes, strides, rates, same)
    full = tuple(n + sum(pair) for n, pair in zip(like.shape, margins, strict=True))
    dx = np.zeros(full, dy.dtype)
    channels = like.shape[-1]
    for i, key in enumerate(_windows(full, sizes, strides, rates)):
        dx[key] += dy[..., i * channels : (i + 1) * channels]
    return dx[tuple(slice(a, a + n) for (a, _), n in zip(margins, like.shape, strict=True))]


def _margins(shape: Any, sizes: Any, strides: Any, rates: Any, same: bool) -> list[tuple[int, int]]:
    """The zeros before and behind each axis: the odd one behind."""
    pairs = []
    for n, k, s, d in zip(shape[1:-1], sizes, strides, rates, strict=True):
        reach = (k - 1) * d + 1
        missing = max((-(-n // s) - 1) * s + reach - n, 0) if same else 0
        pairs.append((missing // 2, missing - missing // 2))
    return [(0, 0), *pairs, (0, 0)]


def _windows(shape: Any, sizes: Any, strides: Any, rates: Any) -> Any:
    """For each place in a patch the entries that stand there, as slices."""
    counts = [
        max((n - (k - 1) * d - 1) // s + 1, 0)
        for n, k, s, d in zip(shape[1:-1], sizes, strides, rates, strict=True)
    ]
    for place in itertools.product(*map(range, sizes)):
        starts = [i * d for i, d in zip(place, rates, strict=True)]
        yield (
            slice(None),
            *(
                slice(a, a + (m - 1) * s + 1, s) if m else slice(0)
                for a, m, s in zip(starts, counts, strides, strict=True)
            ),
        )

"""Images with a margin, and without one.

For each direction two of three numbers are given: what lies before the image, what lies behind it,
and how long all of it is. The third one follows, where need be when the image is there. The
derivative of a margin is its removal, and the other way round.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.image.layout import as_images

_NAMES = (("top", "bottom", "height"), ("left", "right", "width"))


def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images with zeros around them (`keras.ops.image.pad_images`).

    Args:
        images: (height, width, channels), with a batch before these or not, or as `data_format`
            says.
        top_padding, bottom_padding, target_height: two of these.
        left_padding, right_padding, target_width: two of these.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Raises:
        ValueError: for another number of arguments or axes, or where one is negative.
    """
    images, first = _checked(images, data_format)
    wanted: Any = (
        (top_padding, bottom_padding, target_height),
        (left_padding, right_padding, target_width),
    )
    for axis, (numbers, names) in enumerate(zip(wanted, _NAMES, strict=True), start=first):
        _check("padding", numbers, names)
        if images.shape[axis] is not None:
            before, behind = _margin(images.shape[axis], numbers)
            _check("padding", (before, behind, None), names)
    return _pad_images(images, first=first, wanted=wanted)


def _margin(length: int, numbers: tuple[Any, ...]) -> tuple[int, int]:
    before, behind, target = numbers
    if before is None:
        before = target - behind - length
    return before, target - before - length if behind is None else behind


def _margins(shape: tuple[int, ...], first: int, wanted: Any) -> list[tuple[int, int]]:
    pairs = [(0, 0)] * len(shape)
    for axis, numbers in enumerate(wanted, start=first):
        pairs[axis] = _margin(shape[axis], numbers)
    return pairs


def _pad_derivative(dy: Any, y: Any, x: Any, first: int, wanted: Any) -> Any:
    return _unpad_images(dy, x, first=first, wanted=wanted)


@operation(derivative=_pad_derivative)
def _pad_images(x: Tensor, first: int = 0, wanted: Any = ()) -> Tensor:
    return np.pad(x, _margins(x.shape, first, wanted))


def _unpad_derivative(d: Any, dx: Any, dy: Any, like: Any, first: int, wanted: Any) -> tuple:
    return _pad_images(d, first=first, wanted=wanted), None


@operation(derivative=_unpad_derivative)
def _unpad_images(dy: Tensor, like: Tensor, first: int = 0, wanted: Any = ()) -> Tensor:
    pairs = _margins(like.shape, first, wanted)
    ends = zip(pairs, like.shape, strict=True)
    return dy[tuple(slice(before, before + n) for (before, _), n in ends)]


def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """The inner part of images (`keras.ops.image.crop_images`).

    Args:
        images: (height, width, channels), with a batch before these or not, or as `data_format`
            says.
        top_cropping, bottom_cropping, target_height: two of these.
        left_cropping, right_cropping, target_width: two of these.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Raises:
        ValueError: for another number of arguments or axes, or where one is negative.
        InvalidArgumentError: where more is wanted than there is.
    """
    images, first = _checked(images, data_format)
    wanted: Any = (
        (top_cropping, bottom_cropping, target_height),
        (left_cropping, right_cropping, target_width),
    )
    key: list[slice] = [slice(None)] * len(images.shape)
    for axis, (numbers, names) in enumerate(zip(wanted, _NAMES, strict=True), start=first):
        _check("cropping", numbers, names)
        length, (before, behind, target) = images.shape[axis], numbers
        if length is None:
            if target is None:
                raise ValueError(
                    f"When the {names[2]} of the images is unknown, `target_{names[2]}` must be "
                    f"specified. Received images.shape={tuple(images.shape)}"
                )
            start = -target - behind if before is None else before
            images = ops.take(images, np.arange(start, start + target), axis=axis)
            continue
        if before is None:
            before = length - target - behind
        if target is None:
            target = length - behind - before
        _check("cropping", (before, None, target), names)
        if before + target > length:
            raise InvalidArgumentError(
                f"{names[0]}_cropping={before} and target_{names[2]}={target} are more than there "
                f"is. Received: images.shape={tuple(images.shape)}"
            )
        key[axis] = slice(before, before + target)
    return images[tuple(key)]


def _checked(images: Any, data_format: str | None) -> tuple[Any, int]:
    """The images, and which axis the height is."""
    images = as_images(images)
    last = standardize_data_format(data_format) == "channels_last"
    return images, len(images.shape) - (3 if last else 2)


def _check(kind: str, numbers: tuple[Any, ...], names: tuple[str, str, str]) -> None:
    """Raises ValueError unless two of three numbers are given, none of which is negative."""
    full = [f"{names[0]}_{kind}", f"{names[1]}_{kind}", f"target_{names[2]}"]
    if numbers.count(None) != 1:
        received = ", ".join(f"{name}={n}" for name, n in zip(full, numbers, strict=True))
        raise ValueError(f"Must specify exactly two of {', '.join(full)}. Received: {received}")
    for name, number in zip(full, numbers, strict=True):
        if number is not None and number < 0:
            raise ValueError(f"{name} must be >= 0. Received: {name}={number}")

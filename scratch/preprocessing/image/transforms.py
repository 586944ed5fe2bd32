"""Transforms of one image: rotated, shifted, sheared, zoomed, lighter, in other colours.

A pixel's new place comes from its old one by the product of those matrices that are asked for,

    rotation   cos t  -sin t  0     shift  1  0  tx     shear  1  -sin s  0     zoom  zx  0   0
               sin t   cos t  0            0  1  ty            0   cos s  0           0   zy  0
               0       0      1            0  0  1             0   0      1           0   0   1

about the middle of the image, tx and zx along the rows' axis. Random ones draw by `np.random`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.preprocessing.image.resampling import affine_transform
from scratch.utils.images import array_to_img, img_to_array
from scratch.utils.pillow import brightened


def apply_affine_transform(
    x: np.ndarray,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """An image rotated, shifted, sheared and zoomed.

    Args:
        x: image with three axes.
        theta: angle of the rotation in degrees.
        tx, ty: shift along the rows' axis and the columns' axis, in pixels.
        shear: angle in degrees.
        zx, zy: zoom along these axes; 2 halves what is seen.
        row_axis, col_axis, channel_axis: which axis is which; channels first or last.
        fill_mode: what lies beyond the edges: `"constant"`, `"nearest"`, `"reflect"`, `"wrap"`.
        cval: the number for `"constant"`.
        order: 0 takes the nearest pixel, 1 is linear between pixels.

    Returns:
        The image, of the same shape; x itself where nothing is asked for.

    Raises:
        ValueError: for axes that are not 0, 1 and 2 in some order with channels first or last, for
            an image without three axes, another order or mode.
    """
    _check_axes(x, row_axis, col_axis, channel_axis)
    matrix = _matrix(theta, tx, ty, shear, zx, zy)
    if matrix is None:
        return x
    about = np.eye(3)
    about[:2, 2] = float(x.shape[row_axis]) / 2 - 0.5, float(x.shape[col_axis]) / 2 - 0.5
    back = np.eye(3)
    back[:2, 2] = -about[:2, 2]
    matrix = about @ matrix @ back
    if col_axis > row_axis:
        swap = [1, 0, 2]
        matrix = matrix[swap][:, swap]
    channels = [
        affine_transform(channel, matrix[:2, :2], matrix[:2, 2], order, fill_mode, cval)
        for channel in np.moveaxis(x, channel_axis, 0)
    ]
    return np.moveaxis(np.stack(channels), 0, channel_axis)


def _check_axes(x: np.ndarray, row_axis: int, col_axis: int, channel_axis: int) -> None:
    axes = {row_axis, col_axis, channel_axis}
    if len(axes) != 3:
        raise ValueError("'row_axis', 'col_axis', and 'channel_axis' must be distinct")
    if axes != {0, 1, 2}:
        raise ValueError(f"Invalid axis' indices: {axes - {0, 1, 2}}")
    if x.ndim != 3:
        raise ValueError("Input arrays must be multi-channel 2D images.")
    if channel_axis not in (0, 2):
        raise ValueError("Channels are allowed and the first and last dimensions.")


def _matrix(
    theta: float, tx: float, ty: float, shear: float, zx: float, zy: float
) -> np.ndarray | None:
    """The product of what is asked for; None for nothing."""
    factors: list[Any] = []
    if theta != 0:
        t = np.deg2rad(theta)
        factors.append([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
    if tx != 0 or ty != 0:
        factors.append([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    if shear != 0:
        s = np.deg2rad(shear)
        factors.append([[1, -np.sin(s), 0], [0, np.cos(s), 0], [0, 0, 1]])
    if zx != 1 or zy != 1:
        factors.append([[zx, 0, 0], [0, zy, 0], [0, 0, 1]])
    product: np.ndarray | None = None
    for factor in map(np.array, factors):
        product = factor if product is None else product @ factor
    return product


def flip_axis(x: Any, axis: int) -> np.ndarray:
    """The image, mirrored along an axis."""
    return np.flip(np.asarray(x), axis)


def apply_channel_shift(x: np.ndarray, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """Every channel, that many lighter, within the numbers that the image has.

    Args:
        x: image with three axes.
        intensity: what is added.
        channel_axis: where its channels are.
    """
    least, most = x.min(), x.max()
    channels = [np.clip(c + intensity, least, most) for c in np.moveaxis(x, channel_axis, 0)]
    return np.moveaxis(np.stack(channels), 0, channel_axis)


def apply_brightness_shift(x: Any, brightness: float, scale: bool = True) -> np.ndarray:
    """An image lighter or darker, by Pillow, in steps of 1/255.

    Args:
        x: image with three axes.
        brightness: factor; 0 is black, 1 changes nothing.
        scale: whether its least number becomes 0 and its largest 255 first; where it has numbers
            outside of these, that is done in any case, and undone afterwards.

    Raises:
        ImportError: without Pillow.
    """
    least, most = np.min(x), np.max(x)
    outside = least < 0 or most > 255
    x = img_to_array(brightened(array_to_img(x, scale=outside or scale), brightness))
    return x / 255 * (most - least) + least if outside and not scale else x


def random_rotation(
    x: np.ndarray,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image, rotated by up to `rg` degrees; see `apply_affine_transform`."""
    theta = np.random.uniform(-rg, rg)
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(
        x, theta, 0, 0, 0, 1, 1, *axes, fill_mode, cval, interpolation_order
    )


def random_shift(
    x: np.ndarray,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image, shifted by up to the share `wrg` of its width, `hrg` of its height.

    See `apply_affine_transform` for the other arguments.
    """
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(
        x, 0, tx, ty, 0, 1, 1, *axes, fill_mode, cval, interpolation_order
    )


def random_shear(
    x: np.ndarray,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image, sheared by up to `intensity` degrees; see `apply_affine_transform`."""
    shear = np.random.uniform(-intensity, intensity)
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(
        x, 0, 0, 0, shear, 1, 1, *axes, fill_mode, cval, interpolation_order
    )


def random_zoom(
    x: np.ndarray,
    zoom_range: Sequence[float],
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image, zoomed along each axis by a factor within `zoom_range`.

    See `apply_affine_transform` for the other arguments.

    Raises:
        ValueError: for a range that is no pair.
    """
    if len(zoom_range) != 2:
        raise ValueError(
            f"`zoom_range` should be a tuple or list of two floats. Received: {zoom_range}"
        )
    zx, zy = drawn_zoom(zoom_range)
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(
        x, 0, 0, 0, 0, zx, zy, *axes, fill_mode, cval, interpolation_order
    )


def drawn_zoom(zoom_range: Sequence[float]) -> tuple[float, float]:
    """A factor for each axis; nothing is drawn where both ends are 1."""
    if zoom_range[0] == 1 and zoom_range[1] == 1:
        return 1, 1
    zx, zy = np.random.uniform(zoom_range[0], zoom_range[1], 2)
    return zx, zy


def random_channel_shift(
    x: np.ndarray, intensity_range: float, channel_axis: int = 0
) -> np.ndarray:
    """An image, lighter or darker by up to `intensity_range`; see `apply_channel_shift`."""
    intensity = np.random.uniform(-intensity_range, intensity_range)
    return apply_channel_shift(x, intensity, channel_axis)


def random_brightness(x: Any, brightness_range: Sequence[float], scale: bool = True) -> np.ndarray:
    """An image, lighter by a factor within `brightness_range`; see `apply_brightness_shift`.

    Raises:
        ValueError: for a range that is no pair.
    """
    if len(brightness_range) != 2:
        raise ValueError(
            f"`brightness_range should be tuple or list of two floats. Received: {brightness_range}"
        )
    factor = np.random.uniform(brightness_range[0], brightness_range[1])
    return apply_brightness_shift(x, factor, scale)

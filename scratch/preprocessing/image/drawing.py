"""Random changes of images: what is drawn for each, by `np.random`, and what is done with it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scratch.preprocessing.image.transforms import (
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    drawn_zoom,
    flip_axis,
)


class RandomChanges:
    """How an `ImageDataGenerator` changes images; see there for its attributes."""

    rotation_range: float
    width_shift_range: Any
    height_shift_range: Any
    brightness_range: Sequence[float] | None
    shear_range: float
    zoom_range: Sequence[float]
    channel_shift_range: float
    fill_mode: str
    cval: float
    horizontal_flip: bool
    vertical_flip: bool
    interpolation_order: int
    channel_axis: int
    row_axis: int
    col_axis: int

    def get_random_transform(
        self, img_shape: Sequence[int], seed: int | None = None
    ) -> dict[str, Any]:
        """What is drawn for an image.

        Args:
            img_shape: its shape.
            seed: for `np.random`.

        Returns:
            `theta`, `tx`, `ty`, `shear`, `zx`, `zy`: see `apply_affine_transform`;
            `flip_horizontal`, `flip_vertical`; `channel_shift_intensity` and `brightness`, None
            where nothing is asked for.
        """
        if seed is not None:
            np.random.seed(seed)
        theta = _within(self.rotation_range) if self.rotation_range else 0
        tx = _shift(self.height_shift_range, img_shape[self.row_axis - 1])
        ty = _shift(self.width_shift_range, img_shape[self.col_axis - 1])
        shear = _within(self.shear_range) if self.shear_range else 0
        zx, zy = drawn_zoom(self.zoom_range)
        found: dict[str, Any] = {
            "theta": theta,
            "tx": tx,
            "ty": ty,
            "shear": shear,
            "zx": zx,
            "zy": zy,
        }
        found["flip_horizontal"] = (np.random.random() < 0.5) * self.horizontal_flip
        found["flip_vertical"] = (np.random.random() < 0.5) * self.vertical_flip
        added = self.channel_shift_range
        found["channel_shift_intensity"] = _within(added) if added != 0 else None
        bright = self.brightness_range
        found["brightness"] = None if bright is None else np.random.uniform(bright[0], bright[1])
        return found

    def apply_transform(self, x: np.ndarray, transform_parameters: Mapping[str, Any]) -> np.ndarray:
        """An image, changed as told.

        Args:
            x: with three axes.
            transform_parameters: as from `get_random_transform`; what is missing does nothing.
        """
        told = transform_parameters.get
        axes = (self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1)
        x = apply_affine_transform(
            x, told("theta", 0), told("tx", 0), told("ty", 0), told("shear", 0), told("zx", 1),
            told("zy", 1), *axes, self.fill_mode, self.cval, self.interpolation_order,
        )  # fmt: skip
        if (intensity := told("channel_shift_intensity")) is not None:
            x = apply_channel_shift(x, intensity, axes[2])
        if told("flip_horizontal", False):
            x = flip_axis(x, axes[1])
        if told("flip_vertical", False):
            x = flip_axis(x, axes[0])
        if (brightness := told("brightness")) is not None:
            x = apply_brightness_shift(x, brightness, False)
        return x

    def random_transform(self, x: np.ndarray, seed: int | None = None) -> np.ndarray:
        """An image, changed at random; of the same shape."""
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))


def _within(most: float) -> float:
    return np.random.uniform(-most, most)


def _shift(shifts: Any, size: int) -> float:
    """A shift in pixels: one of several or of 0, ..., n - 1, to either side; or a drawn share."""
    if not shifts:
        return 0
    try:
        shift = np.random.choice(shifts) * np.random.choice([-1, 1])
    except ValueError:  # a float
        shift = _within(shifts)
    return shift * size if np.max(shifts) < 1 else shift

"""Images, changed at random and brought to one scale while a model learns from them.

    x --random transform--> x --preprocessing_function, rescale, center, divide, whiten--> x

Keras calls this deprecated: its layers take its place there.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch import config
from scratch.preprocessing.image.arrays import NumpyArrayIterator
from scratch.preprocessing.image.dataframe import DataFrameIterator
from scratch.preprocessing.image.directory import DirectoryIterator
from scratch.preprocessing.image.drawing import RandomChanges
from scratch.preprocessing.image.statistics import Standardizing

_OUTDATED = {
    "has_ext": "has_ext is deprecated, filenames in the dataframe have to match the exact "
    "filenames in disk.",
    "sort": "sort is deprecated, batches will be created in the same order than the filenames "
    "provided if `shuffle` is set to `False`.",
    "drop_duplicates": "drop_duplicates is deprecated, you can drop duplicates by using the "
    "pandas.DataFrame.drop_duplicates method.",
}


class ImageDataGenerator(RandomChanges, Standardizing):
    """Changes images at random, and standardizes them (`ImageDataGenerator`).

    Args:
        featurewise_center, featurewise_std_normalization: whether the mean of each channel over
            all images is subtracted, and their deviation divided by. They come from `fit`.
        samplewise_center, samplewise_std_normalization: the same, of each image.
        zca_whitening: whether pixels are made uncorrelated, by the matrix that `fit` finds.
        zca_epsilon: beside the singular values.
        rotation_range: largest angle in degrees.
        width_shift_range, height_shift_range: largest shift: a share of the size where it is below
            1, or pixels; a whole number n for one of 0, ..., n - 1, or a list of shifts.
        brightness_range: (lowest, highest) factor, or None.
        shear_range: largest angle in degrees.
        zoom_range: (lowest, highest) factor, or how far from 1.
        channel_shift_range: the most that is added to all channels.
        fill_mode, cval, interpolation_order: see `apply_affine_transform`.
        horizontal_flip, vertical_flip: whether every second image is mirrored.
        rescale: factor, or None.
        preprocessing_function: of an image, before all that follows the transform.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.
        validation_split: share of the samples that `subset="validation"` takes.
        dtype: of the images, `floatx()` by default.

    Raises:
        ValueError: for an unknown format, a range that is no pair, a share outside of 0 and 1.
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Sequence[float] | None = None,
        shear_range: float = 0.0,
        zoom_range: float | Sequence[float] = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[np.ndarray], np.ndarray] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: str | None = None,
    ) -> None:
        self.featurewise_center = featurewise_center
        self.samplewise_center = samplewise_center
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.zoom_range = _zoom_range(zoom_range)
        self.brightness_range = brightness_range
        self.channel_shift_range = channel_shift_range
        self.fill_mode, self.cval, self.interpolation_order = fill_mode, cval, interpolation_order
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.dtype = dtype or config.floatx()
        self.data_format = data_format or config.image_data_format()
        if self.data_format not in ("channels_last", "channels_first"):
            raise ValueError(
                '`data_format` should be `"channels_last"` (channel after row and column) or '
                '`"channels_first"` (channel before row and column). '
                f"Received: {data_format}"
            )
        last = self.data_format == "channels_last"
        self.channel_axis, self.row_axis, self.col_axis = (3, 1, 2) if last else (1, 2, 3)
        if validation_split and not 0 < validation_split < 1:
            raise ValueError(
                "`validation_split` must be strictly between 0 and 1. "
                f" Received: {validation_split}"
            )
        self._validation_split = validation_split
        self._settle()
        if brightness_range is not None and (
            not isinstance(brightness_range, tuple | list) or len(brightness_range) != 2
        ):
            raise ValueError(
                "`brightness_range should be tuple or list of two floats. "
                f"Received: {brightness_range}"
            )

    def _settle(self) -> None:
        """Lets one setting override another, and says so."""
        by_std = self.featurewise_std_normalization
        rules = (
            (self.zca_whitening, "zca_whitening", "featurewise_center", True),
            (self.zca_whitening, "zca_whitening", "featurewise_std_normalization", False),
            (by_std, "featurewise_std_normalization", "featurewise_center", True),
            (self.samplewise_std_normalization, "samplewise_std_normalization",
             "samplewise_center", True),
        )  # fmt: skip
        given = [bool(getattr(self, setting)) for *_, setting, _ in rules]
        for (applies, name, setting, value), before in zip(rules, given, strict=True):
            if applies and before is not value:
                setattr(self, setting, value)
                warnings.warn(
                    f"This ImageDataGenerator specifies `{name}`, which overrides setting of "
                    f"`{setting}`.",
                    stacklevel=3,
                )

    # Batches

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches from arrays; arguments: see `NumpyArrayIterator`."""
        return NumpyArrayIterator(
            x, y, self, batch_size, shuffle, sample_weight, seed, self.data_format, save_to_dir,
            save_prefix, save_format, subset, ignore_class_split, self.dtype,
        )  # fmt: skip

    def flow_from_directory(
        self,
        directory: str,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: list[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches from a folder; arguments: see `DirectoryIterator`."""
        return DirectoryIterator(
            directory, self, target_size, color_mode, classes, class_mode, batch_size, shuffle,
            seed, self.data_format, save_to_dir, save_prefix, save_format, follow_links, subset,
            interpolation, keep_aspect_ratio, self.dtype,
        )  # fmt: skip

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: str | None = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: list[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        **kwargs: Any,
    ) -> DataFrameIterator:
        """Batches from files that a table of pandas names; arguments: see `DataFrameIterator`."""
        for name in [name for name in _OUTDATED if name in kwargs]:
            warnings.warn(_OUTDATED[name], DeprecationWarning, stacklevel=2)
        if class_mode == "other":
            warnings.warn(
                '`class_mode="other"` is deprecated, please use `class_mode="raw"`.',
                DeprecationWarning,
                stacklevel=2,
            )
            class_mode = "raw"
        return DataFrameIterator(
            dataframe, directory, self, x_col, y_col, weight_col, target_size, color_mode, classes,
            class_mode, batch_size, shuffle, seed, self.data_format, save_to_dir, save_prefix,
            save_format, subset, interpolation, dtype=self.dtype,
            validate_filenames=validate_filenames,
        )  # fmt: skip


def _zoom_range(zoom_range: Any) -> list[float]:
    if isinstance(zoom_range, float | int):
        return [1 - zoom_range, 1 + zoom_range]
    if len(zoom_range) == 2 and all(isinstance(end, float | int) for end in zoom_range):
        return list(zoom_range)
    raise ValueError(
        f"`zoom_range` should be a float or a tuple or list of two floats. Received: {zoom_range}"
    )

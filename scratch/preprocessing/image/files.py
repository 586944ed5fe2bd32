"""Batches from files of images: what those from a folder and those from a table share."""

from typing import Any

import numpy as np

from scratch.preprocessing.image.iterator import Iterator
from scratch.preprocessing.image.saving import save_batch
from scratch.utils.images import img_to_array, load_img

_CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
BY_CLASS = ("categorical", "binary", "sparse")


class FileIterator(Iterator):
    """Base class. A subclass sets these before it calls `__init__`, behind `_set_up`.

    Attributes:
        filenames: as they were found or given; `filepaths` with the folder in front.
        classes: numbers of the files' classes, where `class_mode` has any.
        class_indices: from a class's name to its number.
        class_mode: `"categorical"`, `"binary"`, `"sparse"`, `"input"`, None, ...
        labels: what `"raw"` and `"multi_output"` give.
        sample_weight: of the files, or None.
    """

    allowed_class_modes: set[str | None] = {*BY_CLASS, "input", None}
    filepaths: list[str]
    classes: Any = None
    class_indices: dict[str, int]
    class_mode: str | None
    dtype: str
    data_format: str
    labels: Any = None
    sample_weight: Any = None

    def _set_up(
        self,
        image_data_generator: Any,
        target_size: tuple[int, int],
        color_mode: str,
        data_format: str,
        save: tuple[str | None, str, str],
        subset: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
    ) -> None:
        self.image_data_generator = image_data_generator
        self.target_size = (target_size[0], target_size[1])
        self.keep_aspect_ratio = keep_aspect_ratio
        if color_mode not in _CHANNELS:
            raise ValueError(
                f'Invalid color mode: {color_mode}; expected "rgb", "rgba", or "grayscale".'
            )
        self.color_mode, self.data_format = color_mode, data_format
        channels = _CHANNELS[color_mode]
        if data_format == "channels_last":
            self.image_shape = (*self.target_size, channels)
        else:
            self.image_shape = (channels, *self.target_size)
        self.save_to_dir, self.save_prefix, self.save_format = save
        self.interpolation = interpolation
        self.subset = subset
        self.split: tuple[float, float] | None = None
        if subset is not None:
            if subset not in ("training", "validation"):
                raise ValueError(
                    f'Invalid subset name: {subset};expected "training" or "validation"'
                )
            share = image_data_generator._validation_split
            self.split = (0, share) if subset == "validation" else (share, 1)

    def _check_class_mode(self, class_mode: Any) -> None:
        if class_mode not in self.allowed_class_modes:
            raise ValueError(
                f"Invalid class_mode: {class_mode}; expected one of: {self.allowed_class_modes}"
            )

    def _read(self, path: str) -> np.ndarray:
        image = load_img(
            path, self.color_mode, self.target_size, self.interpolation, self.keep_aspect_ratio
        )
        x = img_to_array(image, self.data_format)
        return self._changed(x) if self.image_data_generator else x

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        x = np.zeros((len(index_array), *self.image_shape), self.dtype)
        for i, j in enumerate(index_array):
            x[i] = self._read(self.filepaths[j])
        if self.save_to_dir:
            save_batch(self, x, index_array, 10_000_000)
        if self.class_mode is None:
            return x
        y = self._targets(x, index_array)
        return (x, y) if self.sample_weight is None else (x, y, self.sample_weight[index_array])

    def _targets(self, x: np.ndarray, numbers: np.ndarray) -> Any:
        if self.class_mode == "input":
            return x.copy()
        if self.class_mode == "multi_output":
            return [output[numbers] for output in self.labels]
        if self.class_mode == "raw":
            return self.labels[numbers]
        classes = [self.classes[number] for number in numbers]
        if self.class_mode != "categorical":
            return np.array(classes, self.dtype)
        y = np.zeros((len(x), len(self.class_indices)), self.dtype)
        for row, of_file in zip(y, classes, strict=True):
            row[of_file] = 1.0
        return y

"""Batches from a folder that has a folder of images for each class."""

import os
import warnings
from typing import Any

import numpy as np

from scratch import config
from scratch.messages import print_msg
from scratch.preprocessing.image.files import FileIterator
from scratch.utils.folders import files_below


class DirectoryIterator(FileIterator):
    """Batches of (x, y) from `directory/CLASS/.../FILE`, each x changed by a generator.

    Args:
        directory: the folder.
        image_data_generator: that changes the images, or None.
        target_size: (height, width) to which they are resized.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        classes: names of the folders; default: all, sorted.
        class_mode: what y is: `"categorical"` one-hot rows, `"binary"` and `"sparse"` numbers,
            `"input"` x itself; None for x alone.
        batch_size: files of a batch.
        shuffle: whether each pass has another order.
        seed: of order and changes.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.
        save_to_dir, save_prefix, save_format: see `save_batch`.
        follow_links: whether folders that are links are entered.
        subset: `"training"` or `"validation"`: of each class, the generator's `validation_split`
            says how many of the first files are for validation.
        interpolation, keep_aspect_ratio: see `load_img`.
        dtype: of batches, `floatx()` by default.

    Raises:
        ValueError: for an unknown mode or subset.
    """

    def __init__(
        self,
        directory: str,
        image_data_generator: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: list[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: str | None = None,
    ) -> None:
        self._set_up(
            image_data_generator, target_size, color_mode,
            data_format or config.image_data_format(), (save_to_dir, save_prefix, save_format),
            subset, interpolation, keep_aspect_ratio,
        )  # fmt: skip
        self._check_class_mode(class_mode)
        self.directory, self.class_mode = directory, class_mode
        self.dtype = dtype or config.floatx()
        names = classes or [entry.name for entry in os.scandir(directory) if entry.is_dir()]
        names = list(names) if classes else sorted(names)
        self.num_classes = len(names)
        self.class_indices = {name: number for number, name in enumerate(names)}
        self.filenames: list[str] = []
        numbers: list[int] = []
        for name in names:
            found = self._files_of(name, follow_links)
            self.filenames += found
            numbers += [self.class_indices[name]] * len(found)
        self.samples = len(self.filenames)
        self.classes = self.labels = np.array(numbers, "int32")
        print_msg(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        self.filepaths = [os.path.join(directory, name) for name in self.filenames]
        super().__init__(self.samples, batch_size, shuffle, seed)

    def _files_of(self, name: str, follow_links: bool) -> list[str]:
        found = files_below(self.directory, name, self.white_list_formats, follow_links)
        if any(file.lower().endswith(".tiff") for file in found):
            warnings.warn(
                'Using ".tiff" files with multiple bands will cause distortion. Please verify '
                "your output.",
                stacklevel=3,
            )
        if self.split is None:
            return found
        start, stop = (int(share * len(found)) for share in self.split)
        return found[start:stop]

"""Batches from an array of images."""

import warnings
from typing import Any

import numpy as np

from scratch import config
from scratch.preprocessing.image.iterator import Iterator
from scratch.preprocessing.image.saving import save_batch


class NumpyArrayIterator(Iterator):
    """Batches of x, or of (x, y), or of (x, y, sample_weight), each x changed by a generator.

    Args:
        x: images (n, height, width, channels), or a pair of them and further inputs, an array or a
            list of arrays, which are passed on as they are.
        y: labels, or None.
        image_data_generator: that changes the images.
        batch_size: samples of a batch.
        shuffle: whether each pass has another order.
        sample_weight: of the samples, or None.
        seed: of order and changes.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.
        save_to_dir, save_prefix, save_format: see `save_batch`.
        subset: `"training"` or `"validation"`, as the generator's `validation_split` divides
            them: the first part is for validation.
        ignore_class_split: whether the parts may have other labels.
        dtype: of the images, `floatx()` by default.

    Raises:
        ValueError: where numbers of samples differ, the parts have other labels, or images have
            another number of axes.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: str | None = None,
    ) -> None:
        self.dtype = dtype or config.floatx()
        self.data_format = data_format or config.image_data_format()
        x, further = _inputs(x)
        _check_length(x, y, "y", "y` (labels)")
        _check_length(x, sample_weight, "sample_weight", "sample_weight`")
        if subset is not None:
            part = _part(subset, len(x), image_data_generator._validation_split)
            if y is not None and not ignore_class_split:
                _check_classes(y, part)
            x, further = x[part], [array[part] for array in further]
            y = None if y is None else y[part]
        self.x, self.x_misc = np.asarray(x, dtype=self.dtype), further
        if self.x.ndim != 4:
            raise ValueError(
                "Input data in `NumpyArrayIterator` should have rank 4. You passed an array "
                f"with shape {self.x.shape}"
            )
        axis = 3 if self.data_format == "channels_last" else 1
        if (channels := self.x.shape[axis]) not in (1, 3, 4):
            warnings.warn(
                "NumpyArrayIterator is set to use the data format convention "
                f'"{self.data_format}" (channels on axis {axis}), i.e. expected either 1, 3, or 4 '
                f"channels on axis {axis}. However, it was passed an array with shape "
                f"{self.x.shape} ({channels} channels).",
                stacklevel=3,
            )
        self.y = None if y is None else np.asarray(y)
        self.sample_weight = None if sample_weight is None else np.asarray(sample_weight)
        self.image_data_generator = image_data_generator
        self.save_to_dir, self.save_prefix = save_to_dir, save_prefix
        self.save_format = save_format
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        x = np.zeros((len(index_array), *self.x.shape[1:]), self.dtype)
        for i, j in enumerate(index_array):
            x[i] = self._changed(self.x[j].astype(self.dtype))
        if self.save_to_dir:
            save_batch(self, x, index_array, 10_000)
        inputs = [x, *(array[index_array] for array in self.x_misc)] if self.x_misc else x
        if self.y is None:
            return inputs
        if self.sample_weight is None:
            return inputs, self.y[index_array]
        return inputs, self.y[index_array], self.sample_weight[index_array]


def _inputs(x: Any) -> tuple[Any, list[np.ndarray]]:
    """The images, and the further inputs."""
    if not isinstance(x, tuple | list):
        return x, []
    further = x[1] if isinstance(x[1], list) else [x[1]]
    arrays = [np.asarray(array) for array in further]
    for array in arrays:
        if len(x[0]) != len(array):
            raise ValueError(
                "All of the arrays in `x` should have the same length. Found a pair with: "
                f"len(x[0]) = {len(x[0])}, len(x[?]) = {len(array)}"
            )
    return x[0], arrays


def _check_length(x: Any, other: Any, name: str, called: str) -> None:
    if other is not None and len(x) != len(other):
        raise ValueError(
            f"`x` (images tensor) and `{called} should have the same length. Found: x.shape = "
            f"{np.shape(x)}, {name}.shape = {np.shape(other)}"
        )


def _part(subset: str, n: int, validation_split: float) -> slice:
    if subset not in ("training", "validation"):
        raise ValueError(f'Invalid subset name: {subset}; expected "training" or "validation".')
    at = int(n * validation_split)
    return slice(None, at) if subset == "validation" else slice(at, None)


def _check_classes(y: Any, part: slice) -> None:
    at = part.start if part.stop is None else part.stop
    if not np.array_equal(np.unique(y[:at]), np.unique(y[at:])):
        raise ValueError(
            "Training and validation subsets have different number of classes after the split. If "
            "your numpy arrays are sorted by the label, you might want to shuffle them."
        )

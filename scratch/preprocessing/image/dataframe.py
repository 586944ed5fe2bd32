"""Batches from files that a table names, with labels from the table's other columns."""

import os
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from scratch.messages import print_msg
from scratch.preprocessing.image.files import BY_CLASS, FileIterator


class DataFrameIterator(FileIterator):
    """Batches of (x, y), or of (x, y, weight), a row of the table for each sample.

    Args:
        dataframe: of pandas.
        directory: in front of all names, or None.
        image_data_generator: that changes the images, or None.
        x_col: the column of names.
        y_col: the column of labels; for `"multi_output"` a list of columns, for `"raw"` either.
        weight_col: the column of sample weights, or None.
        target_size: (height, width) to which images are resized.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        classes: names of classes; rows of others are left out. Default: all, sorted.
        class_mode: what y is: for a class's name, or several, `"categorical"` rows of 0 and 1,
            `"binary"` and `"sparse"` numbers; `"raw"` the column itself; `"multi_output"` a list
            of columns; `"input"` x itself; None for x alone.
        batch_size: files of a batch.
        shuffle: whether each pass has another order.
        seed: of order and changes.
        data_format: `"channels_last"` or `"channels_first"`.
        save_to_dir, save_prefix, save_format: see `save_batch`.
        subset: `"training"` or `"validation"`: the generator's `validation_split` says how many of
            the first rows are for validation.
        interpolation, keep_aspect_ratio: see `load_img`.
        dtype: of batches.
        validate_filenames: whether rows are left out whose files are not there or no images.

    Raises:
        TypeError: for names, labels or weights of another type.
        ValueError: for an unknown mode or subset, or not two classes for `"binary"`.
    """

    allowed_class_modes = {*BY_CLASS, "input", "multi_output", "raw", None}

    def __init__(
        self,
        dataframe: Any,
        directory: str | None = None,
        image_data_generator: Any = None,
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
        data_format: str = "channels_last",
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: str = "float32",
        validate_filenames: bool = True,
    ) -> None:
        self._set_up(
            image_data_generator, target_size, color_mode, data_format,
            (save_to_dir, save_prefix, save_format), subset, interpolation, keep_aspect_ratio,
        )  # fmt: skip
        self._check_class_mode(class_mode)
        self.directory, self.class_mode, self.dtype = directory or "", class_mode, dtype
        self._check_columns(dataframe, x_col, y_col, weight_col, classes)
        rows = dataframe
        if validate_filenames:
            rows = self._with_images(rows, x_col)
        by_class = class_mode in BY_CLASS
        if by_class:
            rows, names = _of_classes(rows, y_col, classes)
            self.class_indices = {name: number for number, name in enumerate(names)}
        if self.split:
            start, stop = (int(share * len(rows)) for share in self.split)
            rows = rows.iloc[start:stop]
        if by_class:
            self.classes = self.labels = [self._number_of(label) for label in rows[y_col]]
        elif class_mode == "multi_output":
            self.labels = [np.array(rows[column].tolist()) for column in y_col]
        elif class_mode == "raw":
            self.labels = rows[y_col].values
        self.filenames = rows[x_col].tolist()
        self.samples = len(self.filenames)
        self.sample_weight = rows[weight_col].values if weight_col else None
        kind = "validated" if validate_filenames else "non-validated"
        found = f"Found {self.samples} {kind} image filenames"
        print_msg(f"{found} belonging to {len(names)} classes." if by_class else f"{found}.")
        self.filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        super().__init__(self.samples, batch_size, shuffle, seed)

    def _check_columns(
        self, rows: Any, x_col: str, y_col: Any, weight_col: str | None, classes: Any
    ) -> None:
        mode = self.class_mode
        if mode == "multi_output" and not isinstance(y_col, list):
            raise TypeError(
                f'If class_mode="{mode}", y_col must be a list. Received {type(y_col).__name__}.'
            )
        if not _all_are(rows[x_col], str):
            raise TypeError(f"All values in column x_col={x_col} must be strings.")
        if mode in ("binary", "sparse") and not _all_are(rows[y_col], str):
            raise TypeError(
                f'If class_mode="{mode}", y_col="{y_col}" column values must be strings.'
            )
        if mode == "binary":
            _check_two(rows[y_col], classes)
        if mode == "categorical" and not _all_are(rows[y_col], str | list | tuple):
            raise TypeError(
                f'If class_mode="{mode}", y_col="{y_col}" column values must be type string, '
                "list or tuple."
            )
        if classes and mode not in BY_CLASS:
            warnings.warn(f'`classes` will be ignored given the class_mode="{mode}"', stacklevel=4)
        if weight_col and not issubclass(rows[weight_col].dtype.type, np.number):
            raise TypeError(f"Column weight_col={weight_col} must be numeric.")

    def _with_images(self, rows: Any, x_col: str) -> Any:
        """The rows whose files are there, and have the names of images."""
        paths = [os.path.join(self.directory, name) for name in rows[x_col]]
        valid = np.array(
            [p.lower().endswith(self.white_list_formats) and os.path.isfile(p) for p in paths],
            dtype=bool,
        )
        if missing := int((~valid).sum()):
            warnings.warn(
                f'Found {missing} invalid image filename(s) in x_col="{x_col}". These '
                "filename(s) will be ignored.",
                stacklevel=4,
            )
        return rows[valid]

    def _number_of(self, label: Any) -> Any:
        """The number of a class, or a list of several classes' numbers."""
        if isinstance(label, list | tuple):
            return [self.class_indices[name] for name in label]
        return self.class_indices[label]


def _all_are(values: Iterable[Any], kind: Any) -> bool:
    return all(isinstance(value, kind) for value in values)


def _check_two(labels: Any, classes: Any) -> None:
    if classes and (given := len(set(classes))) != 2:
        raise ValueError(
            f'If class_mode="binary" there must be 2 classes. {given} class/es were given.'
        )
    if not classes and (found := labels.nunique()) != 2:
        raise ValueError(f'If class_mode="binary" there must be 2 classes. Found {found} classes.')


def _of_classes(rows: Any, y_col: str, classes: Any) -> tuple[Any, list[str]]:
    """The rows that belong to a class, labelled by these classes alone, and the classes."""
    labels = list(rows[y_col])
    if not classes:
        several = [v if isinstance(v, list | tuple) else (v,) for v in labels]
        return rows, sorted({name for names in several for name in names})
    classes = list(dict.fromkeys(classes))
    kept = []
    for label in labels:
        if isinstance(label, list | tuple):
            label = [name for name in label if name in classes] or None
        elif label not in classes:
            label = None
        kept.append(label)
    rows = rows.assign(**{y_col: rows[y_col].__class__(kept, index=rows.index, dtype=object)})
    return rows[[label is not None for label in kept]], classes

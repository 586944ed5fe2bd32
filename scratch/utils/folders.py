"""Folders of files, with a folder for each class: what a data set from a folder begins with."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.data.dataset import Dataset
from scratch.messages import print_msg
from scratch.ops.graph.promotion import to_array

LABEL_MODES = ("int", "categorical", "binary")


def files_below(
    directory: str, name: str, formats: tuple[str, ...], follow_links: bool
) -> list[str]:
    """The files of a folder and of all folders in it, sorted folder by folder.

    Args:
        directory: in which the folder stands.
        name: of the folder; `""` for `directory` itself.
        formats: in which names end, in lower case.
        follow_links: whether folders that are links are entered.

    Returns:
        Paths that begin with the folder's name.
    """
    top = os.path.join(directory, name)
    walk = sorted(os.walk(top, followlinks=follow_links), key=lambda found: found[0])
    return [
        os.path.join(os.path.basename(top), os.path.relpath(os.path.join(folder, file), top))
        for folder, _, files in walk
        for file in sorted(files)
        if file.lower().endswith(formats)
    ]


class LabelledFiles:
    """The files of a folder with their labels, in a random order where that is asked for.

    Args:
        directory: the folder.
        labels: `"inferred"`: the number of the folder that a file stands in; or a list of them, a
            file each in the order of `os.walk`; or None.
        label_mode: `"int"`; `"categorical"` for one-hot rows; `"binary"` for 0 and 1; or None.
        class_names: the folders in their order; default: all but hidden ones, sorted.
        formats: in which names of files end.
        shuffle: whether they are shuffled.
        seed: of it.
        follow_links: whether folders that are links are entered.
        verbose: whether to say how many there are.

    Raises:
        ValueError: where labels and files are not equally many, a class has no folder, or
            `"binary"` has not two classes.
    """

    def __init__(
        self,
        directory: str,
        labels: Any,
        label_mode: str | None,
        class_names: list[str] | None,
        formats: tuple[str, ...],
        shuffle: bool,
        seed: int,
        follow_links: bool,
        verbose: bool,
    ) -> None:
        if labels is None or label_mode is None:
            labels = label_mode = None
        self.label_mode = label_mode
        folders = [""] if labels != "inferred" else _folders(directory, class_names)
        if labels != "inferred" and class_names is not None:
            raise ValueError(_NAMES_WITHOUT if labels is None else _NAMES_BESIDE)
        found = [files_below(directory, name, formats, follow_links) for name in folders]
        files = [file for of_class in found for file in of_class]
        self.class_names: list[str] | None = None
        if labels == "inferred":
            self.class_names = folders
            numbers = [np.full(len(of_class), i, "int32") for i, of_class in enumerate(found)]
            labels = np.concatenate([np.zeros(0, "int32"), *numbers])
        elif labels is not None:
            if len(labels) != len(files):
                raise ValueError(
                    "Expected the lengths of `labels` to match the number of files in the target "
                    f"directory. len(labels) is {len(labels)} while we found {len(files)} files "
                    f"in directory {directory}."
                )
            self.class_names = [str(label) for label in sorted(set(labels))]
            labels = to_array(list(labels))
        if verbose:
            count = (
                "" if self.class_names is None else f" belonging to {len(self.class_names)} classes"
            )
            print_msg(f"Found {len(files)} files{count}.")
        self.paths = [os.path.join(directory, file) for file in files]
        self.labels: np.ndarray | None = labels
        if shuffle:
            np.random.RandomState(seed).shuffle(self.paths)
            if labels is not None:
                np.random.RandomState(seed).shuffle(labels)
        if label_mode == "binary" and len(self.class_names or []) != 2:
            raise ValueError(
                'When passing `label_mode="binary"`, there must be exactly 2 class_names. '
                f"Received: class_names={self.class_names}"
            )

    def part(self, validation_split: float | None, subset: str | None) -> "LabelledFiles":
        """The files for training, or the last ones, for validation; all without a split."""
        if not validation_split:
            return self
        n = int(validation_split * len(self.paths))
        training = subset == "training"
        count = len(self.paths) - n if training else n
        print_msg(f"Using {count} files for {subset}.")
        chosen = slice(None, -n) if training else slice(-n, None)
        part = LabelledFiles.__new__(LabelledFiles)
        vars(part).update(vars(self))
        part.paths = self.paths[chosen]
        part.labels = None if self.labels is None else self.labels[chosen]
        return part

    def dataset(
        self, read: Callable[[str], Any], batch_size: int | None, shuffle: bool, seed: int
    ) -> Dataset:
        """Batches of what is read, with labels where there are any.

        Args:
            read: the element of a path.
            batch_size: files of a batch; None for single elements.
            shuffle: whether every pass has another order.
            seed: of it.
        """
        paths, y = np.array(self.paths, object), self._targets()
        data = Dataset.of_arrays(paths if y is None else (paths, y))
        if shuffle:
            data = data.shuffle(1024 if batch_size is None else batch_size * 8, seed)
        data = data.map(read if y is None else lambda path, label: (read(path), label))
        data = data if batch_size is None else data.batch(batch_size)
        data.class_names = self.class_names
        return data

    def _targets(self) -> np.ndarray | None:
        if self.labels is None or self.label_mode == "int":
            return self.labels
        if self.label_mode == "binary":
            return self.labels.astype("float32")[:, None]
        n = len(self.class_names or [])
        return (self.labels[:, None] == np.arange(n)).astype("float32")


def _folders(directory: str, class_names: list[str] | None) -> list[str]:
    there = sorted(
        entry.name
        for entry in os.scandir(directory)
        if entry.is_dir() and not entry.name.startswith(".")
    )
    if class_names is None:
        return there
    if not set(class_names) <= set(there):
        raise ValueError(
            "The `class_names` passed did not match the names of the subdirectories of the target "
            f"directory. Expected: {there} (or a subset of it), but received: "
            f"class_names={class_names}"
        )
    return class_names


_NAMES_WITHOUT = "When `labels=None` (no labels), argument `class_names` cannot be specified."
_NAMES_BESIDE = (
    "When argument `labels` is specified, argument `class_names` cannot be specified (the "
    "`class_names` will be the sorted list of labels)."
)


def check_labels(labels: Any, label_mode: Any, class_names: Any, kind: str) -> None:
    """Raises ValueError for labels that are neither `"inferred"` nor a list nor None, class names
    beside a list, an unknown mode.

    Args:
        labels, label_mode, class_names: see `LabelledFiles`.
        kind: `"image"` or `"text"`, for messages.
    """
    if labels is not None and not (isinstance(labels, str) and labels == "inferred"):
        if not isinstance(labels, list | tuple):
            raise ValueError(
                "`labels` argument should be a list/tuple of integer labels, of the same size as "
                f"the number of {kind} files in the target directory. If you wish to infer the "
                "labels from the subdirectory names in the target directory, pass "
                '`labels="inferred"`. If you wish to get a dataset that only contains '
                f"{kind if kind == 'image' else 'text sample'}s (no labels), pass `labels=None`. "
                f"Received: labels={labels}"
            )
        if class_names:
            raise ValueError(
                'You can only pass `class_names` if `labels="inferred"`. Received: '
                f"labels={labels}, and class_names={class_names}"
            )
    if label_mode not in (*LABEL_MODES, None):
        raise ValueError(
            '`label_mode` argument must be one of "int", "categorical", "binary", or None. '
            f"Received: label_mode={label_mode}"
        )


def check_split(
    validation_split: float | None, subset: str | None, shuffle: bool, seed: int | None
) -> None:
    """Raises ValueError for a share outside of 0 and 1, a share without a subset or the other way
    round, an unknown subset, and a shuffled split without a seed, whose parts would overlap.
    """
    if validation_split and not 0 < validation_split < 1:
        raise ValueError(
            f"`validation_split` must be between 0 and 1, received: {validation_split}"
        )
    if bool(validation_split) is not bool(subset):
        raise ValueError("If `subset` is set, `validation_split` must be set, and inversely.")
    if subset not in ("training", "validation", "both", None):
        raise ValueError(
            f'`subset` must be either "training", "validation" or "both", received: {subset}'
        )
    if validation_split and shuffle and seed is None:
        raise ValueError(
            "If using `validation_split` and shuffling the data, you must provide a `seed` "
            "argument, to make sure that there is no overlap between the training and validation "
            "subset."
        )


def check_format(format: str) -> None:
    """Raises ValueError for anything but `"tf"` and `"grain"`."""
    if format not in ("tf", "grain"):
        raise ValueError(f'`format` should be either "tf" or "grain". Received: format={format}')


def datasets_of(
    files: LabelledFiles,
    read: Callable[[str], Any],
    batch_size: int | None,
    shuffle: bool,
    seed: int,
    validation_split: float | None,
    subset: str | None,
    none: str,
) -> list[tuple[Dataset, LabelledFiles]]:
    """The data set of a subset and its files; two of them for `"both"`.

    Args:
        files: all.
        read, batch_size, shuffle, seed: see `LabelledFiles.dataset`.
        validation_split: the share for validation, whose files stay in order beside the others.
        subset: of them.
        none: what there is none of, for the message.

    Raises:
        ValueError: for a subset without files.
    """
    both = subset == "both"
    parts: tuple[str | None, ...] = ("training", "validation") if both else (subset,)
    found = []
    for name in parts:
        part = files.part(validation_split, name)
        if not part.paths:
            raise ValueError(f"No {f'{name} ' if both else ''}{none}")
        beside = both and name == "validation"
        found.append((part.dataset(read, batch_size, shuffle and not beside, seed), part))
    return found

"""A data set of the texts in a folder, read batch by batch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scratch.utils.folders import (
    LabelledFiles,
    check_format,
    check_labels,
    check_split,
    datasets_of,
)


def text_dataset_from_directory(
    directory: str,
    labels: str | Sequence[int] | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """The texts of a folder and their labels (`keras.utils.text_dataset_from_directory`).

    Args:
        directory: the folder; texts are its files `*.txt`.
        labels, label_mode, class_names: see `image_dataset_from_directory`; so are `shuffle`,
            `seed`, `validation_split`, `subset`, `follow_links`, `format` and `verbose`.
        batch_size: texts of a batch; None for single ones.
        max_length: bytes of a text that are kept; None for all.
        shuffle: whether every pass has another order.
        seed: of the order.
        validation_split: the share that is for validation.
        subset: `"training"`, `"validation"`, or `"both"`.
        follow_links: whether folders that are links are entered.
        format: `"tf"` or `"grain"`: here the same.
        verbose: whether to say how many files there are.

    Returns:
        Batches of texts, arrays of `bytes` objects (batch,), or pairs of them and labels. For
        `subset="both"` a list of two such data sets. Each has `class_names`.

    Raises:
        ValueError: for an unknown setting, or where there are no texts.
    """
    check_labels(labels, label_mode, class_names, "text")
    check_format(format)
    check_split(validation_split, subset, shuffle, seed)
    seed = np.random.randint(1_000_000) if seed is None else seed
    files = LabelledFiles(
        directory, labels, label_mode, class_names, (".txt",), shuffle, seed, follow_links, verbose
    )

    def read(path: str) -> bytes:
        return Path(path).read_bytes()[:max_length]

    none = f"text files found in directory {directory}. Allowed format: .txt"
    found = datasets_of(files, read, batch_size, shuffle, seed, validation_split, subset, none)
    datasets = [dataset for dataset, _ in found]
    return datasets if subset == "both" else datasets[0]

"""Batches as files, to look at what was made of the images."""

import os
from typing import Any

import numpy as np

from scratch.utils.images import array_to_img


def save_batch(iterator: Any, x: np.ndarray, numbers: np.ndarray, names: int) -> None:
    """Writes the images of a batch into the folder `save_to_dir` of its iterator.

    A file is called PREFIX_NUMBER_DRAWN.FORMAT, PREFIX and FORMAT the iterator's `save_prefix` and
    `save_format`.

    Args:
        iterator: with these three attributes, and `data_format`.
        x: the batch.
        numbers: of its samples.
        names: below which a number for the name is drawn, by `np.random`.
    """
    for image, number in zip(x, numbers, strict=True):
        drawn = np.random.randint(names)
        name = f"{iterator.save_prefix}_{number}_{drawn}.{iterator.save_format}"
        path = os.path.join(iterator.save_to_dir, name)
        array_to_img(image, iterator.data_format, scale=True).save(path)

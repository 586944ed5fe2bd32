"""CIFAR-10 and CIFAR-100: 60,000 colour images of 32 x 32 pixels; what both loaders share.

Krizhevsky 2009, Learning multiple layers of features from tiny images.
"""

from typing import Any

import numpy as np

from scratch import config
from scratch.datasets.pickles import load

ORIGIN = "https://www.cs.toronto.edu/~kriz/"


def read_batch(path: str, label_key: str = "labels") -> tuple[np.ndarray, list[int]]:
    """Images and labels of one file, a pickle that Python 2 has written.

    Returns:
        Images of shape (n, 3, 32, 32), uint8, and n labels.

    Raises:
        ValueError: when the file is damaged, or holds anything but data.
    """
    with open(path, "rb") as file:
        batch: dict[bytes, Any] = load(file.read(), encoding="bytes")
    return batch[b"data"].reshape(-1, 3, 32, 32), batch[label_key.encode()]


def arranged(x: np.ndarray, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Images with the channels where `config.image_data_format()` says; labels as a column."""
    if config.image_data_format() == "channels_last":
        x = x.transpose(0, 2, 3, 1)
    return x, np.reshape(y, (len(y), 1))

"""CIFAR-100: a hundred kinds of things, 600 images each, in twenty groups of five."""

import os

from scratch.datasets import cifar
from scratch.datasets.kept import Kept
from scratch.datasets.rows import Pair

IMAGES = Kept(
    "CIFAR-100",
    f"{cifar.ORIGIN}cifar-100-python.tar.gz",
    "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    "cifar100",
    unpacked="cifar-100-python-target",
)


def load_data(label_mode: str = "fine") -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` (`keras.datasets.cifar100.load_data`).

    Args:
        label_mode: `"fine"`: labels from 0 to 99; `"coarse"`: groups from 0 to 19.

    Returns:
        Images, uint8, of shape (50000, 32, 32, 3) and (10000, 32, 32, 3), the channels first where
        `config.image_data_format()` says so; labels of shape (50000, 1) and (10000, 1).

    Raises:
        ValueError: for another mode, and when the archive is damaged or unsafe.
        DataUnavailableError: an OSError, when it can be had from nowhere.
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(
            f'`label_mode` must be one of `"fine"`, `"coarse"`. Received: label_mode={label_mode}.'
        )
    folder = os.path.join(IMAGES.path(), "cifar-100-python")
    train, test = (
        cifar.arranged(*cifar.read_batch(os.path.join(folder, part), f"{label_mode}_labels"))
        for part in ("train", "test")
    )
    return train, test

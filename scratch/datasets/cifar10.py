"""CIFAR-10: ten kinds of things, 6,000 images each: airplane, automobile, bird, cat, deer, dog,
frog, horse, ship, truck.
"""

import os

import numpy as np

from scratch.datasets import cifar
from scratch.datasets.kept import Kept
from scratch.datasets.rows import Pair

IMAGES = Kept(
    "CIFAR-10",
    f"{cifar.ORIGIN}cifar-10-python.tar.gz",
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    "cifar10",
    unpacked="cifar-10-batches-py-target",
)


def load_data() -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` (`keras.datasets.cifar10.load_data`).

    Returns:
        Images, uint8, of shape (50000, 32, 32, 3) and (10000, 32, 32, 3), the channels first where
        `config.image_data_format()` says so; labels, uint8, of shape (50000, 1) and (10000, 1).

    Raises:
        ValueError: when the archive is damaged or unsafe.
        DataUnavailableError: an OSError, when it can be had from nowhere.
    """
    folder = os.path.join(IMAGES.path(), "cifar-10-batches-py")
    batches = [cifar.read_batch(os.path.join(folder, f"data_batch_{i}")) for i in range(1, 6)]
    x_train = np.concatenate([x for x, _ in batches])
    y_train = np.concatenate([np.asarray(y, "uint8") for _, y in batches])
    x_test, y_test = cifar.read_batch(os.path.join(folder, "test_batch"))
    return (
        cifar.arranged(x_train, y_train),
        cifar.arranged(x_test, np.asarray(y_test, "uint8")),
    )

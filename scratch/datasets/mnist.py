"""MNIST: 70,000 grayscale images of 28 x 28 pixels, handwritten digits.

Keras keeps it as one archive, `mnist.npz`. Where that is not in its cache, the four files of the
original are taken from a package or from the folder that `$MNIST_DIR` names; else the archive is
downloaded into Keras's cache.

LeCun, Cortes and Burges 1998.
"""

import numpy as np

from scratch.datasets import sources
from scratch.datasets.kept import ORIGIN, Kept
from scratch.datasets.known_file import KnownFile
from scratch.datasets.npz import read_npz
from scratch.datasets.rows import Pair

ARCHIVE = Kept(
    "MNIST",
    f"{ORIGIN}mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    "mnist",
)
FILES = (
    KnownFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    KnownFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    KnownFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    KnownFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)


def load_data(path: str = "mnist.npz") -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` (`keras.datasets.mnist.load_data`).

    Args:
        path: the archive's name in the cache.

    Returns:
        Images, uint8, of shape (60000, 28, 28) and (10000, 28, 28); digits, uint8, of shape
        (60000,) and (10000,).

    Raises:
        WrongFileError: a ValueError, for one of the four files that is there but is not it.
        DataUnavailableError: an OSError, when neither can be had.
    """
    if not (sources.cache_folder("") / path).exists():
        for folder in sources.places("mnist", ARCHIVE.variable).values():
            if not sources.missing(FILES, folder):
                x_train, y_train, x_test, y_test = _read(folder)
                return (x_train, y_train), (x_test, y_test)
    arrays = read_npz(ARCHIVE.path(path))
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def _read(folder: sources.Path) -> list[np.ndarray]:
    """The four arrays; Keras's may be written into."""
    found = [file.find(folder) for file in FILES]
    return [file.read(path).copy() for file, path in zip(FILES, found, strict=True) if path]

"""Fashion-MNIST: 70,000 grayscale images of 28 x 28 pixels, ten kinds of garment, 7,000 of each.

The four files are read from Keras's own cache, from the Debian or Ubuntu package
`dataset-fashion-mnist`, or from `$FASHION_MNIST_DIR`; where none has them they are downloaded into
Keras's cache. So Keras and this package read the same files, and the checksums say which they are.

A file that is there but wrong is an error and not a reason to look elsewhere: Keras would train on
it unchecked, and a comparison of the two would then compare two data sets.

Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747. Zalando SE, MIT licence.
"""

from pathlib import Path

import numpy as np

from scratch.files.download import DataUnavailableError

from . import sources
from .download import download
from .known_file import KnownFile

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
FOLDER = "fashion-mnist"
VARIABLE = "FASHION_MNIST_DIR"
ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
FILES = (
    KnownFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    KnownFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    KnownFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    KnownFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)

Pair = tuple[np.ndarray, np.ndarray]


def load_data() -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` as `keras.datasets.fashion_mnist.load_data` gives it.

    Images are uint8 of shape (60000, 28, 28) and (10000, 28, 28), 0 is background; labels are
    uint8 of shape (60000,) and (10000,), indices into CLASS_NAMES. The arrays are read-only, as
    Keras's are. Raises WrongFileError (a ValueError) for a file that is there but is not the
    right one, DataUnavailableError (an OSError) when the files can be had from nowhere.
    """
    folder = locate() or _fetch()
    arrays = []
    for file in FILES:
        path = file.find(folder)
        if path is None:
            raise DataUnavailableError(f"{folder / file.name}.gz vanished while it was being read.")
        arrays.append(file.read(path))
    x_train, y_train, x_test, y_test = arrays
    return (x_train, y_train), (x_test, y_test)


def locate() -> Path | None:
    """The folder that `load_data` would read now; None when it would have to download."""
    for folder in sources.places(FOLDER, VARIABLE).values():
        if not sources.missing(FILES, folder):
            return folder
    return None


def _fetch() -> Path:
    """Download what Keras's cache lacks and return its folder."""
    folder = sources.cache_folder(FOLDER)
    try:
        for file in sources.missing(FILES, folder):
            download(file, f"{ORIGIN}{file.name}.gz", folder)
    except DataUnavailableError as error:
        asked = "\n".join(
            f"  {name}: {place} lacks "
            + ", ".join(f"{file.name}.gz" for file in sources.missing(FILES, place))
            for name, place in sources.places(FOLDER, VARIABLE).items()
        )
        raise DataUnavailableError(
            f"Fashion-MNIST is not on this machine and could not be downloaded.\n{asked}\n"
            f"  download: {error}\n"
            "Connect to the internet, or install the package dataset-fashion-mnist (Debian, "
            f"Ubuntu), or put the four files into one folder and name it in ${VARIABLE}."
        ) from error
    return folder

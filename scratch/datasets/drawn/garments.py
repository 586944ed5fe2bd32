"""Ten classes of garments, 28 x 28: Fashion-MNIST where it can be had, otherwise drawn ones.

The caller learns which of the two it got, and why, so that no result has a wrong name.
"""

from typing import NamedTuple

import numpy as np

from scratch.datasets import fashion_mnist
from scratch.datasets.drawn import silhouettes
from scratch.files.download import DataUnavailableError


class Garments(NamedTuple):
    """Arrays as Keras returns them, what they are called and where from, a `note` if drawn."""

    train: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]
    name: str
    source: str
    note: str | None


def load() -> Garments:
    """Load Fashion-MNIST or, where it can be had from nowhere, draw the silhouettes.

    A damaged file is an error (WrongFileError), never a reason to draw.
    """
    try:
        train, test = fashion_mnist.load_data()
    except DataUnavailableError as error:
        train, test = silhouettes.load_data()
        note = (
            "NOT Fashion-MNIST: these are garment silhouettes that this program draws itself, "
            f"because the real data could not be had. {error}"
        )
        return Garments(train, test, silhouettes.NAME, "drawn by this program", note)
    return Garments(train, test, "Fashion-MNIST", str(fashion_mnist.locate()), None)

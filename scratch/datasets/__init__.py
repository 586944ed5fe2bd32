"""Data sets: those of Keras, as it loads them, and two that the project draws itself.

Keras's loaders and `silhouettes` return Keras's `(x_train, y_train), (x_test, y_test)`; `garments`
takes the first where it can be had and the second otherwise, and says which; `soccer_balls` is the
binary image set of the 3-2-1 network. Nothing is read or drawn at import.
"""

from scratch.context.absent import explain_absent
from scratch.files.download import DataUnavailableError

from . import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)
from .drawn import garments, silhouettes, soccer_balls
from .known_file import WrongFileError

__all__ = [
    "DataUnavailableError",
    "WrongFileError",
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "garments",
    "imdb",
    "mnist",
    "reuters",
    "silhouettes",
    "soccer_balls",
]

explain_absent(__name__)

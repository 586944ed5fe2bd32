"""Data sets: Fashion-MNIST as Keras loads it, and two sets that the project draws itself.

`fashion_mnist` and `silhouettes` return Keras's `(x_train, y_train), (x_test, y_test)`; `garments`
takes the first where it can be had and the second otherwise, and says which; `soccer_balls` is the
binary image set of the 3-2-1 network. Nothing is read or drawn at import.
"""

from scratch.context.absent import explain_absent

from . import fashion_mnist
from .download import DataUnavailableError
from .drawn import garments, silhouettes, soccer_balls
from .known_file import WrongFileError

__all__ = [
    "DataUnavailableError",
    "WrongFileError",
    "fashion_mnist",
    "garments",
    "silhouettes",
    "soccer_balls",
]

explain_absent(__name__)

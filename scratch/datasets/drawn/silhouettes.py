"""Ten classes of 28 x 28 garment silhouettes that this file draws: data where no data can be had.

The classes mean what Fashion-MNIST's mean and come in the same shapes, so that every program runs
on either; the pictures are made of a few convex polygons each and are NOT Fashion-MNIST. A
300-100 network learns them to about 92 % in three epochs; most of what it misses are shirts, as on
the real data.
"""

import numpy as np

from .garment_shapes import SHAPES
from .raster import Draws
from .sheet import SIDE, Sheet

NAME = "drawn garment silhouettes (not Fashion-MNIST)"
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
SEED = 28_10
# Pictures drawn at a time: their canvases stay in the processor's cache. As the draws are taken
# batch by batch, another number gives other pictures.
BATCH = 500

Pair = tuple[np.ndarray, np.ndarray]


def load_data() -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` in the shapes and types of Fashion-MNIST.

    uint8 images of shape (60000, 28, 28) and (10000, 28, 28), 0 is background; uint8 labels, every
    class equally often. The same bytes on every call and machine. Takes a few seconds.
    """
    return draw(60_000, stream=0), draw(10_000, stream=1)


def draw(count: int, stream: int) -> Pair:
    """`count` pictures and their labels, in random order; other streams give other pictures."""
    draws = Draws(SEED, stream)
    order = draws.order(count)
    images = np.empty((count, SIDE, SIDE), np.uint8)
    labels = np.empty(count, np.uint8)
    labels[order] = np.arange(count) % len(CLASS_NAMES)
    for label, garment in enumerate(SHAPES):
        places = order[label :: len(CLASS_NAMES)]
        for start in range(0, len(places), BATCH):
            some = places[start : start + BATCH]
            sheet = Sheet(len(some), draws)
            garment(sheet)
            images[some] = sheet.develop()
    return images, labels

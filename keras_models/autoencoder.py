"""A convolutional autoencoder for Fashion-MNIST: through 392 numbers and back to 784.

    (28, 28, 1) -> 3x3 conv, 16, step 2 -> (14, 14, 16) -> 3x3 conv, 8, step 2 -> (7, 7, 8)
                -> transposed, 8, step 2 -> (14, 14, 8) -> transposed, 16, step 2 -> (28, 28, 16)
                -> 3x3 conv, 1, sigmoid -> (28, 28)

What it is to give is what it is given: the loss is the cross-entropy of each pixel.
"""

from collections.abc import Callable
from typing import Any

from keras_models.data import Data, garments

EPOCHS = 3
BATCH_SIZE = 64
FLOAT32_ROWS = 1  # a picture alone passes thousands of units that may round to another side


def build(keras: Any) -> Any:
    """The network, uncompiled: images (batch, 28, 28) to images (batch, 28, 28)."""
    layers = keras.layers
    halved = {"strides": 2, "padding": "same", "activation": "relu"}
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(16, 3, **halved),
            layers.Conv2D(8, 3, **halved),
            layers.Conv2DTranspose(8, 3, **halved),
            layers.Conv2DTranspose(16, 3, **halved),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
            layers.Reshape((28, 28)),
        ]
    )


def compile_settings(keras: Any) -> dict[str, Any]:
    """Binary cross-entropy and Adam."""
    return {"loss": "binary_crossentropy", "optimizer": "adam", "metrics": ["mse"]}


def data(announce: Callable[[str], None] = print) -> Data:
    """Fashion-MNIST, or announced silhouettes, each picture its own target."""
    found = garments(announce)
    return found._replace(y_train=found.x_train, y_valid=found.x_valid, y_test=found.x_test)


if __name__ == "__main__":
    from keras_models.program import main

    main("autoencoder")

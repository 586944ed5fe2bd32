"""A convolutional network for Fashion-MNIST, in the manner of LeNet-5 (LeCun et al., 1998).

    (28, 28, 1) -> 3x3 conv, 32 -> pool -> 3x3 conv, 64 -> pool -> 1600 -> softmax over 10

34,826 parameters, an eighth of the lecture's dense network, which it beats: the same small kernels
see every part of the image.
"""

from collections.abc import Callable
from typing import Any

from keras_models.data import Data, garments

EPOCHS = 3
BATCH_SIZE = 64
FLOAT32_ROWS = 1  # a picture alone passes thousands of units that may round to another side


def build(keras: Any) -> Any:
    """The network, uncompiled: images (batch, 28, 28) to probabilities (batch, 10)."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )


def compile_settings(keras: Any) -> dict[str, Any]:
    """Cross-entropy and Adam."""
    return {
        "loss": "sparse_categorical_crossentropy",
        "optimizer": "adam",
        "metrics": ["accuracy"],
    }


def data(announce: Callable[[str], None] = print) -> Data:
    """Fashion-MNIST, or announced silhouettes: 55,000 + 5,000 + 10,000 images."""
    return garments(announce)


if __name__ == "__main__":
    from keras_models.program import main

    main("cnn")

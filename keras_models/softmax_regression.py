"""Softmax regression: one linear layer and a softmax, the linear classifier of lecture 000.

    p = softmax(x W + b),  loss = -log p[label],  dloss/dz = p - onehot(label)

7,850 parameters on 28 x 28 images. Its loss is convex: every optimizer heads for the same minimum.
"""

from collections.abc import Callable
from typing import Any

from keras_models.data import Data, garments

EPOCHS = 3
BATCH_SIZE = 32


def build(keras: Any) -> Any:
    """The model, uncompiled: images (batch, 28, 28) to probabilities (batch, 10)."""
    return keras.models.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def compile_settings(keras: Any) -> dict[str, Any]:
    """Cross-entropy on integer labels, plain SGD."""
    return {
        "loss": "sparse_categorical_crossentropy",
        "optimizer": "sgd",
        "metrics": ["accuracy"],
    }


def data(announce: Callable[[str], None] = print) -> Data:
    """Fashion-MNIST, or announced silhouettes: 55,000 + 5,000 + 10,000 images."""
    return garments(announce)


if __name__ == "__main__":
    from keras_models.program import main

    main("softmax_regression")

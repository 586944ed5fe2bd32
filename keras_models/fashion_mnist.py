"""The lecture's Fashion-MNIST network (lecture 000): 784 - 300 - 100 - 10.

    a1 = relu(x W1 + b1),  a2 = relu(a1 W2 + b2),  p = softmax(a2 W3 + b3),  loss = -log p[label]

266,610 parameters. The lecture trains 30 epochs of plain SGD and reports a test loss of 0.3340
and a test accuracy of 0.8851.
"""

import warnings
from collections.abc import Callable
from typing import Any

from keras_models.data import Data, garments

EPOCHS = 3
BATCH_SIZE = 32


def build(keras: Any) -> Any:
    """The listing's model, uncompiled: images (batch, 28, 28) to probabilities (batch, 10)."""
    model = keras.models.Sequential()
    with warnings.catch_warnings():
        # The listing gives the first layer an input_shape. Keras 3 understands it as it is meant,
        # and advises an Input object: advice to the listing's author, noise to its reader.
        warnings.filterwarnings("ignore", message="Do not pass an `input_shape`")
        model.add(keras.layers.Flatten(input_shape=[28, 28]))
    model.add(keras.layers.Dense(300, activation="relu"))
    model.add(keras.layers.Dense(100, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    return model


def compile_settings(keras: Any) -> dict[str, Any]:
    """The listing's loss, optimizer and metrics."""
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

    main("fashion_mnist")

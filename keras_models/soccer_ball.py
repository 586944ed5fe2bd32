"""Is there a soccer ball in the picture? The 3-2-1 sigmoid network of lecture 002.

    a1 = s(x W1 + b1),  a2 = s(a1 W2 + b2),  p = s(a2 W3 + b3),  s(z) = 1 / (1 + exp(-z))
    loss = -[y log p + (1 - y) log(1 - p)],  dloss/dz3 = p - y

A picture of 64 x 64 pixels in 3 colours has n = 12,288 inputs; the network has 3n + 3 parameters
in its first layer, 8 in its second, 3 in its third: 3n + 14 = 36,878.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_models.data import Data

EPOCHS = 20
BATCH_SIZE = 32


def build(keras: Any) -> Any:
    """The model, uncompiled: pictures (batch, 64, 64, 3) to probabilities (batch, 1)."""
    return keras.models.Sequential(
        [
            keras.Input(shape=(64, 64, 3)),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="sigmoid"),
            keras.layers.Dense(2, activation="sigmoid"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


def compile_settings(keras: Any) -> dict[str, Any]:
    """Log loss. Momentum, because plain SGD idles long on the plateau of three sigmoid layers."""
    return {
        "loss": "binary_crossentropy",
        "optimizer": keras.optimizers.SGD(learning_rate=0.03, momentum=0.9),
        "metrics": ["accuracy"],
    }


def data(announce: Callable[[str], None] = print) -> Data:
    """Drawn pictures, half of them with a ball: 1,400 + 200 + 400, colours centred on zero."""
    from scratch.datasets.drawn import soccer_balls as source

    (x, y), (x_test, y_test) = source.load_data()
    colour = (np.arange(256) / 255.0 - 0.5).astype("float32")
    x, x_test = colour[x], colour[x_test]
    return Data(
        x[200:], y[200:], x[:200], y[:200], x_test, y_test, source.NAME, "drawn by this program"
    )


if __name__ == "__main__":
    from keras_models.program import main

    main("soccer_ball")

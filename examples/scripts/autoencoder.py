"""A denoising autoencoder: pictures of garments through a bottleneck of 16 numbers.

Encoder and decoder are models of their own, and layers of the whole. Noise is added to the pictures
in training only; the decoder's answer is compared with the clean ones.

    python -m examples.scripts.autoencoder --engine tensorflow
"""

from typing import Any

import numpy as np

from examples.scripts.engine import chosen
from scratch.datasets.drawn import silhouettes

CODE = 16
SHADES = " .:-=+*#%@"


def pictures(count: int, stream: int) -> np.ndarray:
    """Pictures of (14, 14) from 0 to 1."""
    images, _ = silhouettes.draw(count, stream)
    return images.reshape(count, 14, 2, 14, 2).mean(axis=(2, 4)) / 255


def build(keras: Any) -> tuple[Any, Any]:
    """The autoencoder, and its encoder as a model of its own."""
    layers = keras.layers
    picture = keras.Input((14, 14), name="picture")
    x = layers.Flatten()(layers.GaussianNoise(0.2)(picture))
    x = layers.Dense(64, activation="relu")(x)
    encoder = keras.Model(picture, layers.Dense(CODE, name="code")(x), name="encoder")

    code = keras.Input((CODE,), name="code")
    x = layers.Dense(64, activation="relu")(code)
    x = layers.Dense(14 * 14, activation="sigmoid")(x)
    decoder = keras.Model(code, layers.Reshape((14, 14))(x), name="decoder")

    whole = keras.Model(picture, decoder(encoder(picture)), name="autoencoder")
    return whole, encoder


def drawn(picture: np.ndarray) -> list[str]:
    """A picture as lines of characters."""
    return ["".join(SHADES[min(int(10 * grey), 9)] * 2 for grey in row) for row in picture]


def main(keras: Any) -> dict[str, Any]:
    """Trains, and draws the first three test pictures above what comes back."""
    keras.utils.set_random_seed(42)
    x_train, x_test = pictures(1000, stream=0), pictures(100, stream=1)
    autoencoder, encoder = build(keras)
    autoencoder.summary(expand_nested=True)
    autoencoder.compile(keras.optimizers.Adam(2e-3), loss="binary_crossentropy", metrics=["mse"])
    history = autoencoder.fit(
        x_train, x_train, epochs=5, batch_size=50, validation_data=(x_test, x_test), verbose=2
    )
    codes = encoder.predict(x_test, verbose=0)
    returned = autoencoder.predict(x_test, verbose=0)
    for row in (x_test[:3], returned[:3]):
        print(*("  ".join(line) for line in zip(*map(drawn, row), strict=True)), sep="\n")
    return {"history": history.history, "predictions": {"codes": codes, "returned": returned}}


if __name__ == "__main__":
    main(chosen(__doc__))

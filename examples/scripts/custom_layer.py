"""A layer and a loss of one's own, written in `keras.ops`: quantile regression.

The layer forms a feature's weighted products with every other (a factorization machine):

    y = sum_{i<j} <v_i, v_j> x_i x_j = 1/2 sum_k ((x V)_k^2 - (x^2 V^2)_k)

The pinball loss has the q-quantile of y given x as its minimum, here for three q at once:

    L = max(q (y - p), (q - 1) (y - p))

Both are registered, so that the model is saved and loaded with them.

    python -m examples.scripts.custom_layer --engine tensorflow
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from examples.scripts.engine import chosen

QUANTILES = (0.1, 0.5, 0.9)


def samples(count: int = 512) -> tuple[np.ndarray, np.ndarray]:
    """Features (count, 6), and targets that depend on their products, with uneven noise."""
    draw = np.random.default_rng(3)
    x = draw.normal(size=(count, 6))
    noise = draw.normal(size=count) * (0.2 + 0.3 * np.abs(x[:, 5]))
    return x, (x[:, 0] * x[:, 1] - 0.5 * x[:, 2] * x[:, 3] + x[:, 4] + noise)[:, None]


def classes(keras: Any) -> tuple[Any, Any]:
    """The layer and the loss, as classes of this library."""
    ops = keras.ops

    @keras.saving.register_keras_serializable(package="scripts")
    class Pairwise(keras.layers.Layer):
        def __init__(self, rank: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.rank = rank

        def build(self, input_shape: Any) -> None:
            shape = (input_shape[-1], self.rank)
            self.factors = self.add_weight(shape, "glorot_uniform", name="factors")

        def call(self, inputs: Any) -> Any:
            of_sum = ops.square(ops.matmul(inputs, self.factors))
            of_each = ops.matmul(ops.square(inputs), ops.square(self.factors))
            return 0.5 * (of_sum - of_each)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "rank": self.rank}

    @keras.saving.register_keras_serializable(package="scripts")
    class Pinball(keras.losses.Loss):
        def __init__(self, quantiles: Any, name: str = "pinball", **kwargs: Any) -> None:
            super().__init__(name=name, **kwargs)
            self.quantiles = list(quantiles)

        def call(self, y_true: Any, y_pred: Any) -> Any:
            q = ops.convert_to_tensor(self.quantiles, dtype=y_pred.dtype)
            error = y_true - y_pred
            return ops.mean(ops.maximum(q * error, (q - 1) * error), axis=-1)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "quantiles": self.quantiles}

    return Pairwise, Pinball


def main(keras: Any) -> dict[str, Any]:
    """Trains, saves, loads, and says how often the truth lies between the outer quantiles."""
    keras.utils.set_random_seed(42)
    x, y = samples()
    pairwise, pinball = classes(keras)
    inputs = keras.Input((6,))
    products = pairwise(rank=8, name="pairwise")(inputs)
    hidden = keras.layers.Dense(16, activation="gelu")(keras.layers.concatenate([inputs, products]))
    model = keras.Model(inputs, keras.layers.Dense(len(QUANTILES))(hidden))
    model.compile(keras.optimizers.RMSprop(3e-3), pinball(QUANTILES), metrics=["mae"])
    history = model.fit(x, y, epochs=8, batch_size=32, validation_split=0.25, verbose=2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "quantiles.keras")
        model.save(path)
        loaded = keras.models.load_model(path)
    answers = loaded.predict(x[-128:], verbose=0)
    low, _, high = answers.T
    inside = np.mean((low <= y[-128:, 0]) & (y[-128:, 0] <= high))
    print(f"between the quantiles {QUANTILES[0]} and {QUANTILES[-1]}: {inside:.1%}")
    return {"history": history.history, "predictions": {"quantiles": answers}}


if __name__ == "__main__":
    main(chosen(__doc__))

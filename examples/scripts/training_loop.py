"""A training loop of one's own, and a `train_step` of one's own, with a gradient tape.

First two classes of points are told apart by a loop, as Keras's guide "Writing a training loop from
scratch" has it. Then a denoiser is trained by `fit`, whose step adds a penalty on the slope of its
output, |dy/dx|^2: a tape inside a tape.

    L = mean (y - f(x + noise))^2 + 0.01 mean |d(sum f)/dx|^2

    python -m examples.scripts.training_loop --engine tensorflow
"""

from typing import Any

import numpy as np

from examples.scripts.engine import chosen, tape_of

EPOCHS, BATCH = 8, 16


def samples(count: int = 512) -> tuple[np.ndarray, np.ndarray]:
    """Points of a square (count, 2), and whether each lies in a disc around its middle."""
    x = np.random.default_rng(8).uniform(-1, 1, (count, 2))
    distance = np.linalg.norm(x, axis=1, keepdims=True)
    return x, (distance < 0.7).astype("float64")


def classifier(keras: Any) -> tuple[Any, dict[str, list[float]]]:
    """A model trained by a loop; and what was measured, epoch by epoch."""
    (x, y), training = samples(), 384
    inputs = keras.Input((2,))
    penalty = keras.regularizers.L2(1e-4)
    hidden = keras.layers.Dense(24, activation="tanh", kernel_regularizer=penalty)(inputs)
    hidden = keras.layers.Dense(24, activation="gelu")(hidden)
    model = keras.Model(inputs, keras.layers.Dense(1)(hidden))
    optimizer = keras.optimizers.Adam(0.03)
    loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)
    accuracy = keras.metrics.BinaryAccuracy(threshold=0.0)
    val_accuracy = keras.metrics.BinaryAccuracy(threshold=0.0)
    history: dict[str, list[float]] = {"loss": [], "accuracy": [], "val_accuracy": []}
    for epoch in range(EPOCHS):
        print(f"Epoch {epoch + 1}/{EPOCHS}")
        losses = []
        for start in range(0, training, BATCH):
            x_batch, y_batch = x[start : start + BATCH], y[start : start + BATCH]
            with tape_of(keras)() as tape:
                logits = model(x_batch, training=True)
                loss = loss_fn(y_batch, logits)
                loss += sum(model.losses)
            gradients = tape.gradient(loss, model.trainable_weights)
            optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
            accuracy.update_state(y_batch, logits)
            losses.append(float(loss))
        val_accuracy.update_state(y[training:], model(x[training:], training=False))
        measured = [float(np.mean(losses)), *map(float, (accuracy.result(), val_accuracy.result()))]
        for values, value in zip(history.values(), measured, strict=True):
            values.append(value)
        print("loss {:.3f}, accuracy {:.3f}, val_accuracy {:.3f}".format(*measured))
        accuracy.reset_state()
        val_accuracy.reset_state()
    return model, history


def denoiser(keras: Any) -> Any:
    """A class of models whose step in `fit` is its own."""
    ops, new_tape = keras.ops, tape_of(keras)

    class Denoiser(keras.Model):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.seeds = keras.random.SeedGenerator(5)

        def train_step(self, data: Any) -> dict[str, Any]:
            noise = keras.random.normal(ops.shape(data), 0.0, 0.1, seed=self.seeds)
            x = data + noise
            with new_tape() as tape:
                with new_tape() as inner:
                    inner.watch(x)
                    y = self(x, training=True)
                slope = inner.gradient(y, x)
                error = ops.mean(ops.square(data - y))
                loss = error + 0.01 * ops.mean(ops.sum(ops.square(slope), axis=-1))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            return {"loss": loss, "error": error}

    return Denoiser


def main(keras: Any) -> dict[str, Any]:
    """Trains both models."""
    keras.utils.set_random_seed(42)
    model, history = classifier(keras)
    x, _ = samples()
    inputs = keras.Input((2,))
    hidden = keras.layers.Dense(16, activation="tanh")(inputs)
    smooth = denoiser(keras)(inputs, keras.layers.Dense(2)(hidden))
    smooth.compile(keras.optimizers.Adam(0.01))
    found = smooth.fit(x, epochs=EPOCHS, batch_size=64, verbose=2).history
    history |= {f"denoiser {name}": values for name, values in found.items()}
    answers = {"logits": model(x[:64]), "denoised": smooth.predict(x[:64], verbose=0)}
    return {"history": history, "predictions": {k: np.asarray(v) for k, v in answers.items()}}


if __name__ == "__main__":
    main(chosen(__doc__))

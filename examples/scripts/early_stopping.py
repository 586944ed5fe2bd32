"""Callbacks at work: a slower rate on a plateau, the best model on disk, an end in good time.

A small network looks for soccer balls in pictures shrunk to 16 x 16. One label in eight is wrong.
The network learns those by heart too, so the validation loss soon turns: the checkpoint keeps the
best epoch, training stops, and the saved model is loaded again and tested.

    python -m examples.scripts.early_stopping --engine tensorflow
"""

import csv
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from examples.scripts.engine import chosen
from scratch.datasets.drawn import soccer_balls


def pictures(count: int, stream: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of (16, 16, 3) from 0 to 1; labels (count, 1), 1 for a soccer ball."""
    images, labels = soccer_balls.draw(count, stream)
    small = images.reshape(count, 16, 4, 16, 4, 3).mean(axis=(2, 4)) / 255
    return small, labels.astype("float32")[:, None]


def build(keras: Any) -> Any:
    """The lecture's kind of network, wide enough to learn by heart."""
    return keras.Sequential([
        keras.Input((16, 16, 3)),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])  # fmt: skip


def main(keras: Any) -> dict[str, Any]:
    """Trains until it no longer helps; tests the best model."""
    keras.utils.set_random_seed(42)
    x_train, y_train = pictures(300, stream=0)
    y_train[::8] = 1 - y_train[::8]
    x_test, y_test = pictures(100, stream=1)
    model = build(keras)
    model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy", metrics=["accuracy", "auc"])
    with tempfile.TemporaryDirectory() as folder:
        best, table = Path(folder, "best.keras"), Path(folder, "log.csv")
        stop = keras.callbacks.EarlyStopping(patience=6, restore_best_weights=True, verbose=1)
        history = model.fit(
            x_train, y_train, epochs=60, batch_size=32, validation_split=0.25, verbose=2,
            callbacks=[
                keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=3, verbose=1),
                keras.callbacks.ModelCheckpoint(best, save_best_only=True, verbose=1),
                keras.callbacks.CSVLogger(table),
                stop,
            ],
        )  # fmt: skip
        with table.open() as lines:
            epochs = [row["epoch"] for row in csv.DictReader(lines)]
        saved = keras.models.load_model(best)
    print("the saved model on the test set:")
    tested = saved.evaluate(x_test, y_test, verbose=0, return_dict=True)
    print(*(f"{name}: {value:.4f}" for name, value in tested.items()), sep=" - ")
    return {
        "history": history.history,
        "predictions": {"in memory": model.predict(x_test, verbose=0),
                        "from disk": saved.predict(x_test, verbose=0)},
        "tested": tested,
        "decisions": {"stopped": stop.stopped_epoch, "best": stop.best_epoch, "logged": epochs},
    }  # fmt: skip


if __name__ == "__main__":
    main(chosen(__doc__))

"""The lecture's listing (lecture 000, "Code Sample"), every line of it, in either library.

    python -m examples.fashion_mnist                        trains in scratch
    python -m examples.fashion_mnist --engine tensorflow    trains in tf.keras

The lecture's log ends with: loss: 0.3340 - accuracy: 0.8851.
"""

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import Any

parser = argparse.ArgumentParser(description="The lecture's Fashion-MNIST network.")
parser.add_argument("--engine", choices=["scratch", "tensorflow"], default="scratch")
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--seed", type=int, help="repeatable with a seed, and then alike in both")
parser.add_argument("--samples", type=int, help="train on the first few only")
parser.add_argument("--curves", type=Path, default=Path("fashion_mnist_curves.png"))
chosen = parser.parse_args()

# The one line in which the two programs differ.
if chosen.engine == "scratch":
    import scratch as keras
else:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from tensorflow import keras  # type: ignore[import-untyped, no-redef, unused-ignore]

from keras_models.fashion_mnist import data as load  # noqa: E402

# The listing's first lines, which the slide leaves out: 5,000 images for validation, grey levels
# from 0 to 1. `load` does just that, and says so where it must draw silhouettes instead.
images = load()
few = slice(chosen.samples)
X_train, y_train = images.x_train[few], images.y_train[few]
X_valid, y_valid = images.x_valid[few], images.y_valid[few]
X_test, y_test = images.x_test[few], images.y_test[few]
print(f"{images.name}: {len(X_train):,} images for training, in {chosen.engine}")

# Keras 3 advises an Input object where the listing writes input_shape.
warnings.filterwarnings("ignore", message="Do not pass an `input_shape`")
if chosen.seed is not None:
    keras.utils.set_random_seed(chosen.seed)

# The listing, line by line -----------------------------------------------------------------------

model = keras.models.Sequential()
model.add(keras.layers.Flatten(input_shape=[28, 28]))
model.add(keras.layers.Dense(300, activation="relu"))
model.add(keras.layers.Dense(100, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))

model.compile(loss="sparse_categorical_crossentropy",
              optimizer="sgd",
              metrics=[ "accuracy" ])  # fmt: skip

history = model.fit(X_train, y_train, epochs=chosen.epochs,
                        validation_data=(X_valid, y_valid))  # fmt: skip

print(model.evaluate(X_test, y_test))

# The curves --------------------------------------------------------------------------------------


def show_curves(log: dict[str, list[float]], picture: Path) -> None:
    """Draws every column of the log against the epochs: on a screen, or into a file."""
    try:
        import matplotlib
    except ImportError:
        print("No curves: they need matplotlib (pip install matplotlib).")
        return
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not any(map(os.environ.get, screens)):
        matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    axes: Any = plt.figure(figsize=(8, 5)).add_subplot()
    for name, values in log.items():
        axes.plot(range(1, len(values) + 1), values, marker=".", label=name)
    axes.set(xlabel="epoch", ylim=(0, 1), title=f"{images.name}, {chosen.engine}")
    axes.grid(alpha=0.3)
    axes.legend()
    if matplotlib.get_backend().lower() == "agg":
        plt.savefig(picture)
        print(f"Curves: {picture}")
    else:
        plt.show()


show_curves(history.history, chosen.curves)

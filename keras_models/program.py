"""What `python -m keras_models.<model>` runs: the model trains itself in tf.keras."""

import argparse
import os
import sys
from collections.abc import Sequence

from keras_models import MODELS, load


def main(name: str, arguments: Sequence[str] | None = None) -> None:
    """Train the model called `name` in tf.keras and evaluate it, with Keras's own log."""
    example = load(name)
    parser = argparse.ArgumentParser(
        prog=f"python -m keras_models.{name}", description=f"Train in tf.keras: {MODELS[name]}."
    )
    parser.add_argument("--epochs", type=_positive, default=example.EPOCHS)
    parser.add_argument("--batch-size", type=_positive, default=example.BATCH_SIZE)
    parser.add_argument("--seed", type=int, default=42)
    chosen = parser.parse_args(arguments)

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up notes
    try:
        from tensorflow import keras
    except ImportError:
        sys.exit(
            "This program trains in TensorFlow, which is not installed: pip install tensorflow"
        )

    data = example.data()
    print(f"Data: {data.name} ({data.source}), {len(data.x_train):,} samples for training")
    keras.utils.set_random_seed(chosen.seed)
    model = example.build(keras)
    model.compile(**example.compile_settings(keras))
    model.summary()
    model.fit(
        data.x_train,
        data.y_train,
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        validation_data=data.valid,
    )
    print("Test:")
    model.evaluate(data.x_test, data.y_test)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not positive")
    return value

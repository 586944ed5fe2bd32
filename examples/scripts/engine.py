"""Which library a script runs in: the one place where the two differ."""

import argparse
import os
from typing import Any


def chosen(about: str | None) -> Any:
    """The library that the command line asks for with `--engine`."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", choices=["scratch", "tensorflow"], default="scratch")
    if parser.parse_args().engine == "scratch":
        import scratch

        return scratch
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from tensorflow import keras  # type: ignore[import-untyped, unused-ignore]

    return keras


def tape_of(keras: Any) -> Any:
    """The class of the library's gradient tape, which Keras leaves to TensorFlow."""
    if hasattr(keras, "GradientTape"):
        return keras.GradientTape
    import tensorflow as tf  # type: ignore[import-untyped, unused-ignore]

    return tf.GradientTape

"""The models, each written once in plain Keras code that takes the library as its argument.

A module of this package defines

    build(keras)             the model, uncompiled
    compile_settings(keras)  keyword arguments for model.compile: loss, optimizer, metrics
    data(announce=print)     a Data: what it trains on, the same arrays for every library

and `EPOCHS` and `BATCH_SIZE` for `fit`; and, where units with a bend are many, `FLOAT32_ROWS`: of
the batches with which `parity` compares steps in float32. Run as a program
(`python -m keras_models.fashion_mnist`) it trains
itself in tf.keras and prints Keras's own log.

    from tensorflow import keras            # or: import scratch as keras
    from keras_models import fashion_mnist as example

    model, data = example.build(keras), example.data()
    model.compile(**example.compile_settings(keras))
    model.fit(data.x_train, data.y_train, validation_data=data.valid, epochs=example.EPOCHS)
"""

import importlib
from types import ModuleType

MODELS = {
    "fashion_mnist": "the lecture's network: Flatten, 300 and 100 ReLU units, softmax over 10",
    "cnn": "two convolutions, two pools and a softmax on the same images",
    "autoencoder": "convolutions down to 392 numbers, and transposed ones back to the picture",
    "softmax_regression": "one softmax layer on the same images: a linear classifier",
    "soccer_ball": "is there a soccer ball in the picture? 12,288 inputs, 3-2-1 sigmoid units",
    "linear_regression": "one linear unit, mean squared error",
    "two_layer_sigmoid": "two sigmoid layers with the square loss 1/2 ||y - a||^2",
}


def load(name: str) -> ModuleType:
    """The module of the model called `name`. Raises ValueError for a name that isn't in MODELS."""
    if name not in MODELS:
        raise ValueError(f"model={name!r} is unknown. Expected one of: {', '.join(MODELS)}.")
    return importlib.import_module(f"{__name__}.{name}")

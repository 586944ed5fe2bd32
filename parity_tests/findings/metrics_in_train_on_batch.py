"""On torch a metric of one's own works in fit and fails in train_on_batch.

`fit` hands tensors to a metric function, `train_on_batch` passes y_true on as the NumPy array it
got, and an array minus a torch tensor is an error.

Documentation: `keras.Model.compile`: "A function is any callable with the signature `result =
fn(y_true, _pred)`".

Gives:
    tensorflow fit: fine, train_on_batch: fine
    jax fit: fine, train_on_batch: fine
    torch fit: fine, train_on_batch: TypeError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np


def largest_error(y_true, y_pred):
    """A metric as a user writes it."""
    return keras.ops.max(keras.ops.abs(y_true - y_pred), axis=-1)


def outcome(call, *args, **options):
    """`fine`, or the error's class."""
    try:
        call(*args, **options)
    except Exception as error:
        return type(error).__name__
    return "fine"


model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=[largest_error])
x = np.ones((2, 1), "float32")
fitted, trained = outcome(model.fit, x, x, verbose=0), outcome(model.train_on_batch, x, x)
print(f"fit: {fitted}, train_on_batch: {trained}")

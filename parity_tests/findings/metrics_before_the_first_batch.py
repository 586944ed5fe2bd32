"""On TensorFlow `get_metrics_result` cannot be asked before the first batch of `fit`.

JAX and torch build the metrics before `on_train_begin`, from the first batch of the data;
TensorFlow builds them in the first step. Printed: what the model says when training, and an
evaluation, begin.

Documentation: `keras.Model.get_metrics_result`: "Returns the model's metrics values as a dict."

Gives:
    tensorflow ValueError ValueError
    jax ['loss', 'mae'] ['loss', 'mae']
    torch ['loss', 'mae'] ['loss', 'mae']

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.ones((2, 1))


class Ask(keras.callbacks.Callback):
    """Asks for the metrics."""

    def on_train_begin(self, logs=None):
        """Before a batch."""
        print(sorted(self.model.get_metrics_result()), end=" ")

    on_test_begin = on_train_begin


for method in ("fit", "evaluate"):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    try:
        getattr(model, method)(x, x, verbose=0, callbacks=[Ask()])
    except ValueError:
        print("ValueError", end=" ")

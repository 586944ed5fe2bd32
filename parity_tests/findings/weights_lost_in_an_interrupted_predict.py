"""On JAX an error, or Ctrl-C, during `predict` or `evaluate` loses the weights of the model.

The values are taken out of the variables before the first batch, and put back after the last, but
not where something is raised between: an error of a callback or of the data, an interrupt. From
then on every use of the model raises `TypeError: 'NoneType' object is not callable`, saving it
included: a trained model is gone. `fit` puts them back. Printed: what the model says
after a `predict`, an `evaluate` and a `fit` in which a callback has raised.

Documentation: `keras.Model.predict`: "Generates output predictions for the input samples"; nowhere
that it may be called but once.

Gives:
    tensorflow answers answers answers
    jax TypeError TypeError answers
    torch answers answers answers

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import contextlib

import keras
import numpy as np

x = np.ones((1, 1))
for method, hook, *labels in (("predict", "predict"), ("evaluate", "test", x), ("fit", "train", x)):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    wrong = keras.callbacks.LambdaCallback(**{f"on_{hook}_batch_end": lambda batch, logs: 1 / 0})
    with contextlib.suppress(ZeroDivisionError):
        getattr(model, method)(x, *labels, verbose=0, callbacks=[wrong])
    try:
        model.predict(x, verbose=0)
        print("answers", end=" ")
    except TypeError:
        print("TypeError", end=" ")

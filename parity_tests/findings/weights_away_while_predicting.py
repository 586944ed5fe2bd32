"""On JAX a model has no weights while it predicts, except for a callback that says `self.model`.

`fit`, `evaluate` and `predict` take the values out of the variables before the first batch and put
them back after the last; only the attribute `model` of a callback puts them back in between. Who
holds the model itself, a function in a LambdaCallback, a generator of the data, another thread that
predicts at the same time, meets variables without values: `TypeError: 'NoneType' object is not
callable`. Printed: what `predict`, asked again after a batch of `predict`, of `evaluate` and of
`fit`, says.

Documentation: `keras.callbacks.LambdaCallback`: "constructed with anonymous functions that will be
called at the appropriate time (during `Model.{fit | evaluate | predict}`)"; nowhere that they may
not use the model.

Gives:
    tensorflow answers answers answers
    jax TypeError TypeError TypeError
    torch answers answers answers

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.ones((1, 1))
for method, hook in (("predict", "predict"), ("evaluate", "test"), ("fit", "train")):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")

    def ask(batch, logs, model=model):  # noqa: D103
        model.predict(x, verbose=0)

    asking = keras.callbacks.LambdaCallback(**{f"on_{hook}_batch_end": ask})
    try:
        given = (x,) if method == "predict" else (x, x)
        getattr(model, method)(*given, verbose=0, callbacks=[asking])
        print("answers", end=" ")
    except TypeError:
        print("TypeError", end=" ")

"""`compile` in a callback ends `fit`: `TypeError: 'NoneType' object is not callable`.

Whoever freezes or frees layers after some epochs has to compile again, says the guide, and does so
in a callback; Keras then has no compiled step, and calls None in the next batch. Nothing says what
is wrong. Printed: what `fit`, `evaluate` and `predict` do where a
callback compiles after the first of two batches.

Documentation: the guide to transfer learning: "if you change any `trainable` value, make sure to
call `compile()` again on your model for your changes to be taken into account"; `compile`
does not say when it may be called.

Gives:
    tensorflow TypeError TypeError TypeError
    jax TypeError TypeError TypeError
    torch TypeError TypeError TypeError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.ones((2, 1))
for method, hook in (("fit", "train"), ("evaluate", "test"), ("predict", "predict")):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")

    def again(batch, logs, model=model):  # noqa: D103
        model.compile("sgd", "mae")

    anew = keras.callbacks.LambdaCallback(**{f"on_{hook}_batch_end": again})
    try:
        given = (x,) if method == "predict" else (x, x)
        getattr(model, method)(*given, batch_size=1, verbose=0, callbacks=[anew])
        print("goes on", end=" ")
    except TypeError:
        print("TypeError", end=" ")

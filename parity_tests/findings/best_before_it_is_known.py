"""ModelCheckpoint of the best, asked every few batches, ends the training in its first epoch.

Which of two values is better the callback finds out at the end of an epoch; asked in the midst of
the first one, it calls None. The first value is saved unasked, so the second time is the last one.
With `mode="min"`, too, where nothing is left to find out. With `save_freq="epoch"` all is well.
Printed: what `fit` raises in an epoch of three batches.

Documentation: `keras.callbacks.ModelCheckpoint`: "save_freq: `"epoch"` or integer ... When using
integer, the callback saves the model at end of this many batches. ... Note that if the saving isn't
aligned to epochs, the monitored metric may potentially be less reliable"; so it may be monitored.

Gives:
    tensorflow TypeError: 'NoneType' object is not callable
    jax TypeError: 'NoneType' object is not callable
    torch TypeError: 'NoneType' object is not callable

Kind: defect
Quirk: K42
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import tempfile

import keras
import numpy as np

model, x = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]), np.ones((3, 1))
model.compile("sgd", "mse")
with tempfile.TemporaryDirectory() as place:
    best = keras.callbacks.ModelCheckpoint(
        place + "/best.keras", "loss", save_best_only=True, mode="min", save_freq=1
    )
    try:
        model.fit(x, x, batch_size=1, verbose=0, callbacks=[best])
        print("fine")
    except TypeError as error:
        print(f"TypeError: {error}")

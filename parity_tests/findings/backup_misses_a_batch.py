"""BackupAndRestore does not count the first of several batches that are executed together.

With `steps_per_execution=4` it is told of batch 3 first, and takes that for three batches more than
number 0, which it believes to have seen. So it goes on in every epoch, and backs up later than it
was asked to. ModelCheckpoint counted so, too, until keras-team/keras#17632 mended it there, and
there alone. Printed: after how many batches of two epochs of eight a backup is made, where one is
wanted every four.

Documentation: `keras.callbacks.BackupAndRestore`: "When set to an integer, the callback saves the
checkpoint every `save_freq` batches."

Gives:
    tensorflow [8, 16]
    jax [8, 16]
    torch one by one only

Kind: defect
Quirk: K43
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import tempfile

import keras
import numpy as np

model, x, behind = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]), np.ones((8, 1)), []
with tempfile.TemporaryDirectory() as place:
    backup = keras.callbacks.BackupAndRestore(place, save_freq=4)
    model.save_weights = lambda **to: behind.append(int(model.optimizer.iterations))
    try:
        model.compile("sgd", "mse", steps_per_execution=4)
        model.fit(x, x, batch_size=1, epochs=2, verbose=0, callbacks=[backup])
        print(behind)
    except ValueError:
        print("one by one only")

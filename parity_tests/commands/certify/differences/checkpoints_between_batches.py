r"""ModelCheckpoint does not count the batches of a call of several; from 3.14 on it does.

Printed: how many files there are after two batches at once, with one for every two.

Tests:
    test_counting_batches test_a_checkpoint_is_written_when_keras_writes_it

Gives:
    3.12 0
    3.13 0
    3.14 1
    3.15 1
"""

import os
import tempfile

import keras

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse", steps_per_execution=2)
with tempfile.TemporaryDirectory() as folder:
    checkpoint = keras.callbacks.ModelCheckpoint(os.path.join(folder, "{epoch}.keras"), save_freq=2)
    checkpoint.set_model(model)
    checkpoint.on_train_begin()
    checkpoint.on_epoch_begin(0)
    checkpoint.on_train_batch_begin(0)
    checkpoint.on_train_batch_end(1, {"loss": 1.0})
    print(len(os.listdir(folder)))

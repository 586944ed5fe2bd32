"""BackupAndRestore begins again with epoch 0 when it is interrupted soon after it has resumed.

With `save_freq` a number, the epoch is written beside the weights after so many batches. A callback
learns its epoch at the end of one: until then it writes 0, in a resumed run too. A training that is
interrupted twice in its third epoch begins with epoch 0 then, from the weights of the third, and
trains two epochs more than it was asked for. Printed: the first epoch of three runs, each
interrupted in the third epoch.

Documentation: `keras.callbacks.BackupAndRestore`: "the training state (which includes the `Model`
weights and epoch number) is restored to the most recently saved state at the beginning of a new
`Model.fit` run".

Gives:
    tensorflow [0, 2, 0]
    jax [0, 2, 0]
    torch [0, 2, 0]

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import tempfile

import keras
import numpy as np


class Interrupted(Exception):
    pass


class Interrupt(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_begin(self, epoch, logs=None):
        self.epochs.append(epoch)

    def on_train_batch_begin(self, batch, logs=None):
        if self.epochs[-1] == 2 and batch == 2:
            raise Interrupted


def first_epoch(folder):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    backup, interrupt = keras.callbacks.BackupAndRestore(folder, save_freq=1), Interrupt()
    x = np.ones((4, 1))
    try:
        model.fit(x, x, batch_size=1, epochs=4, verbose=0, callbacks=[backup, interrupt])
    except Interrupted:
        pass
    return interrupt.epochs[0]


with tempfile.TemporaryDirectory() as place:
    print([first_epoch(place + "/backup") for _ in range(3)])

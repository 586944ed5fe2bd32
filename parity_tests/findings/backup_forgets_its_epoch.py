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

import contextlib
import tempfile

import keras
import numpy as np

x, first = np.ones((4, 1)), []
with tempfile.TemporaryDirectory() as place:
    for _ in range(3):
        epochs: list[int] = []

        def interrupt(batch, logs, epochs=epochs):  # noqa: D103
            if epochs[-1] == 2 and batch == 2:
                raise InterruptedError

        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        callbacks = [
            keras.callbacks.BackupAndRestore(place + "/backup", save_freq=1),
            keras.callbacks.LambdaCallback(
                on_epoch_begin=lambda epoch, logs, epochs=epochs: epochs.append(epoch),
                on_train_batch_begin=interrupt,
            ),
        ]
        with contextlib.suppress(InterruptedError):
            model.fit(x, x, batch_size=1, epochs=4, verbose=0, callbacks=callbacks)
        first.append(epochs[0])
print(first)

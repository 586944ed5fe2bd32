"""A PyDataset that grows between epochs is trained on as many batches as it had at first.

How many batches an epoch has is asked once, before the first `on_epoch_end` is called; batches that
are added there are left out without a word, and with shuffling (the default) it is chance which
ones. One that shrinks ends its epochs with a warning that the data ran out. Printed: how many
batches there were in each of three epochs, and how many were trained on.

Documentation: `keras.utils.PyDataset`: "If you want to modify your dataset between epochs, you may
additionally implement `on_epoch_end()` ... the `__len__` method should return the number of batches
in the dataset"; and "the model will only train once on each sample per epoch".

Gives:
    tensorflow [3, 4, 5] [2, 2, 2]
    jax [3, 4, 5] [2, 2, 2]
    torch [3, 4, 5] [2, 2, 2]

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np


class Growing(keras.utils.PyDataset):
    """One batch more behind every epoch."""

    length = 2
    __len__ = lambda self: self.length  # noqa: E731
    __getitem__ = lambda self, i: (np.ones((1, 1)), np.ones((1, 1)))  # noqa: E731
    on_epoch_end = lambda self: setattr(self, "length", self.length + 1)  # noqa: E731


data, model, there, trained = Growing(), keras.Sequential([keras.layers.Dense(1)]), [], [0] * 3
model.compile("sgd", "mse")
count = keras.callbacks.Callback()
count.on_epoch_begin = lambda epoch, logs: there.append(len(data))
count.on_train_batch_end = lambda batch, logs: trained.__setitem__(len(there) - 1, batch + 1)
model.fit(data, epochs=3, verbose=0, callbacks=[count])
print(there, trained)

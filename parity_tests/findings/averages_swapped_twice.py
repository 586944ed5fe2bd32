"""SwapEMAWeights that swaps at epochs refuses the second training.

It remembers that the averages are in place, and asks the optimizer of the second model for averages
before there are any. Printed: what becomes of two trainings with the same callback.

Documentation: `keras.callbacks.SwapEMAWeights`: "swap_on_epoch: whether to perform swapping at
`on_epoch_begin()` and `on_epoch_end()`".

Gives:
    tensorflow trained refused
    jax trained trained
    torch trained trained

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

one, swap = np.ones((1, 1)), keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
for _ in range(2):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1, use_ema=True), "mse")
    try:
        model.fit(one, one, verbose=0, validation_data=(one, one), callbacks=[swap])
        print("trained", end=" ")
    except ValueError:
        print("refused", end=" ")

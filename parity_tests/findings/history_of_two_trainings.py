"""A History that is given to two trainings forgets the epochs and keeps the numbers.

When a training begins, the list of epochs is new, the dictionary is not. Printed: the lengths of
both after two trainings of an epoch.

Documentation: `keras.callbacks.History`: "Callback that records events into a `History` object";
nothing of what is kept.

Gives:
    tensorflow 1 2
    jax 1 2
    torch 1 2

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

one, history = np.ones((1, 1)), keras.callbacks.History()
for _ in range(2):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(one, one, epochs=1, verbose=0, callbacks=[history])
print(len(history.epoch), len(history.history["loss"]))

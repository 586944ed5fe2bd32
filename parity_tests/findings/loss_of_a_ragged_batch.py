"""With several outputs the reported losses do not add up to the loss.

`loss` gives each sample the same weight, `a_loss` and `b_loss` each batch: inside a graph the
number of rows is not known. With a last batch that is smaller, the sum is another. Printed: loss
less the sum of its parts, after an epoch of three samples in batches of two.

Documentation: `keras.Model.compile`: "The loss value that will be minimized by the model will then
be the *weighted sum* of all individual losses".

Gives:
    tensorflow -3.0
    jax 0.0
    torch 0.0

Kind: backends disagree
Quirk: K30
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = keras.Input((1,))
outputs = [keras.layers.Dense(1, kernel_initializer="ones", name=name)(x) for name in "ab"]
model = keras.Model(x, outputs)
model.compile(keras.optimizers.SGD(0.0), ["mse", "mse"])
data, labels = np.array([[0.0], [0.0], [3.0]]), np.zeros((3, 1))
log = model.fit(data, [labels, labels], batch_size=2, shuffle=False, verbose=0).history
print(round(log["loss"][0] - log["a_loss"][0] - log["b_loss"][0], 3))

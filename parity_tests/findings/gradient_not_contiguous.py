"""On torch a convolution with one filter cannot be trained on a batch of one row.

torch's kernel asks for memory of another layout than Keras gives it: "slow_conv2d: grad_weight must
be contiguous". Printed: whether a convolution trains on one row, on two, on three.

Documentation: `keras.layers.Conv2D`: "filters: int, the dimension of the output space (the number
of filters in the convolution)"; nothing of a least number, of filters or of rows.

Gives:
    tensorflow trained trained trained
    jax trained trained trained
    torch refused trained trained

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

layers = [keras.Input((4, 4, 3)), keras.layers.Conv2D(1, 2, padding="same")]
found = []
for rows in (1, 2, 3):
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    try:
        model.train_on_batch(np.ones((rows, 4, 4, 3)), np.ones((rows, 4, 4, 1)))
        found.append("trained")
    except RuntimeError:
        found.append("refused")
print(*found)

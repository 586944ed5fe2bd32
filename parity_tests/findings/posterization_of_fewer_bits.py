"""RandomPosterization keeps fewer bits than it is told: a random number of them.

A number is taken for the upper end of a range that it does not belong to itself. Printed: the
largest number of different values that 20 images of 256 have, with a factor of 4: 16 by four bits.

Documentation: `keras.layers.RandomPosterization`: "factor: integer, the number of bits to keep for
each channel."

Gives:
    tensorflow 8
    jax 8
    torch 8

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

layer = keras.layers.RandomPosterization(4, (0, 255), seed=1)
x = np.tile(np.arange(256, dtype="float32").reshape(1, 16, 16, 1), (20, 1, 1, 3))
y = keras.ops.convert_to_numpy(layer(x, training=True))
print(max(len(np.unique(image)) for image in y))

"""Solarization scales the upper end of its ranges to 255, and the lower one not at all.

A fixed addition of a quarter, (0.25, 0.25), is drawn from 0.25 to 64 of 255 instead; so is a
threshold. Printed: how many of 1,000 black images are a quarter brighter when they are inverted.

Documentation: `keras.layers.Solarization`: "For each augmented image a value is sampled from the
provided range. [...] this value (times the value range of input images, e.g. 255), is added".

Gives:
    tensorflow 0
    jax 0
    torch 0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

layer = keras.layers.Solarization((0.25, 0.25), value_range=(0, 1), seed=1)
y = keras.ops.convert_to_numpy(layer(np.zeros((1000, 1, 1, 3), "float32")))
print(int(np.sum(np.isclose(y[:, 0, 0, 0], 0.75))))

"""Normalization does not normalize small numbers: a deviation is taken for 1e-7 at least.

Wavelengths in metres, or masses of atoms, become zeros. Printed: the deviation of what it makes of
numbers whose deviation is 1e-9.

Documentation: `keras.layers.Normalization`: "This layer will shift and scale inputs into a
distribution centered around 0 with standard deviation 1."

Gives:
    tensorflow 0.0100
    jax 0.0100
    torch 0.0100

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.array([[1e-9], [-1e-9]], "float32")
layer = keras.layers.Normalization()
layer.adapt(x)
print(f"{np.std(keras.ops.convert_to_numpy(layer(x))):.4f}")

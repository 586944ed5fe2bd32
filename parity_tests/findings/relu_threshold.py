"""A ReLU with a threshold drops the threshold itself, which it says it keeps.

The code asks for x > threshold. Printed: what becomes of 0.5 under the threshold 0.5.

Documentation: `keras.layers.ReLU`: "f(x) = x if threshold <= x < max_value".

Gives:
    tensorflow 0.0
    jax 0.0
    torch 0.0

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

relu = keras.layers.ReLU(threshold=0.5)
print(float(relu(np.array([0.5], "float32"))[0]))

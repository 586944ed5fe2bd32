"""The step function of NaN is NaN on JAX, 0 on torch, and the value at 0 on TensorFlow.

Printed: heaviside(NaN, 0.5).

Documentation: `keras.ops.heaviside`: "heaviside(x1, x2) = 0 if x1 < 0, 1 if x1 > 0, x2 if
x1 == 0". NaN is none of these.

Gives:
    tensorflow 0.5
    jax nan
    torch 0.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

print(float(keras.ops.heaviside(np.array([np.nan], "float32"), 0.5)[0]))

"""On torch the variance that `ops.moments` finds is that of E[x^2] - E[x]^2: noise far from zero.

BatchNormalization uses it. Printed: the variance of 10000 and 10001, which is 0.25.

Documentation: `keras.ops.moments`: "The mean and variance are calculated by aggregating the
contents of `x` across `axes`."

Gives:
    tensorflow 0.25
    jax 0.25
    torch 0.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

mean, variance = keras.ops.moments(np.array([[10000.0], [10001.0]], "float32"), axes=[0])
print(float(variance[0]))

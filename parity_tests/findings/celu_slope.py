"""On TensorFlow celu has slope 2 at 0, where the function is smooth.

It is written as max(x, 0) + alpha expm1(min(x, 0) / alpha). At 0 both are ties, and TensorFlow
gives a tie's whole derivative to the first argument, so that 1 is counted twice. Printed: what
one step of SGD takes off a weight of 0, which is the slope.

Documentation: `keras.activations.celu`: "celu(x) = alpha * (exp(x / alpha) - 1) for x < 0,
celu(x) = x for x >= 0". Both have slope 1 at 0.

Gives:
    tensorflow 2.0
    jax 1.0
    torch 1.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(1, "celu", use_bias=False, kernel_initializer="zeros")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), loss=lambda y, p: p)
model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
print(round(-float(dense.get_weights()[0][0, 0]), 4))

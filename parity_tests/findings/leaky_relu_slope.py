"""At 0 leaky_relu learns five times as fast on JAX as elsewhere.

JAX asks whether x >= 0, TensorFlow and torch whether x > 0: the slope at 0 is 1 or negative_slope
= 0.2. Zeros are no rarity: biases and padded inputs begin with them.

Documentation: `keras.activations.leaky_relu`: "negative_slope: A `float` that controls the slope
for values lower than the threshold". At 0 that is JAX's answer.

Gives:
    tensorflow 0.2
    jax 1.0
    torch 0.2

Kind: backends disagree
Quirk: K11
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(1, "leaky_relu", use_bias=False, kernel_initializer="zeros")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), loss=lambda y, p: p)
model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
print(round(-float(dense.get_weights()[0][0, 0]), 4))

"""On torch hard_tanh is flat at 1 already, elsewhere it still has slope 1 there.

hard_tanh is a clip to [-1, 1]. TensorFlow and JAX count its ends to the middle, torch's own
function to the flat sides, where nothing is learned. Printed: the slope at 1, found by one step
of SGD.

Documentation: `keras.activations.hard_tanh`: "`hard_tanh(x) = x for -1 <= x <= 1`".

Gives:
    tensorflow 1.0
    jax 1.0
    torch 0.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(1, "hard_tanh", use_bias=False, kernel_initializer="ones")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), loss=lambda y, p: p)
model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
print(1 - float(dense.get_weights()[0][0, 0]))

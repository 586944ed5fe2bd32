"""On TensorFlow and JAX the standard deviation of equal numbers has the derivative NaN.

The deviation is the root of the variance, and the chain rule makes 1 / 0 times 0 of it. Torch's own
function gives 0. A network with zero weights whose loss holds a deviation is NaN after one step on
two backends and at rest on the third. Printed: the weights after that step.

Documentation: `keras.ops.std`: "Compute the standard deviation along the specified axis".

Gives:
    tensorflow [nan, nan]
    jax [nan, nan]
    torch [0.0, 0.0]

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(2, use_bias=False, kernel_initializer="zeros")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), loss=lambda y, p: keras.ops.std(p, axis=-1, keepdims=True))
model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
print(dense.get_weights()[0][0].tolist())

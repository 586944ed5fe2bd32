"""At 0 selu has TensorFlow's slope 1.05 or the others' 1.76.

selu has a bend at 0: scale on the right, scale times alpha on the left. TensorFlow's kernel asks
for y < 0, JAX's and torch's for x > 0. A network of zero biases begins there.

Documentation: `keras.activations.selu`: "`scale * x` if `x > 0`, `scale * alpha * (exp(x) - 1)`
if `x < 0`". At 0 nothing is said.

Gives:
    tensorflow 1.0507
    jax 1.7581
    torch 1.7581

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(1, "selu", use_bias=False, kernel_initializer="zeros")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), loss=lambda y, p: p)
model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
print(round(-float(dense.get_weights()[0][0, 0]), 4))

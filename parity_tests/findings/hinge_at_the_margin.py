"""At its margin hinge learns at half the speed on JAX and torch.

The loss is max(1 - y p, 0). At the margin the two arguments tie; TensorFlow gives the whole
derivative to the first, JAX and torch halve it. Printed: by how much one step moves a weight that
puts the prediction on the margin.

Documentation: `keras.losses.Hinge`: "loss = maximum(1 - y_true * y_pred, 0)".

Gives:
    tensorflow 1.0
    jax 0.5
    torch 0.5

Kind: backends disagree
Quirk: K9
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), "hinge")
model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
print(float(dense.get_weights()[0][0, 0]) - 1.0)

"""On JAX an L1 penalty pushes weights off zero.

JAX's derivative of |w| at 0 is 1, elsewhere it is 0. A weight that is exactly zero, which is what
the penalty is for, is moved by -learning rate times l1, and costs from then on. Printed: a zero
weight after one step in which nothing but the penalty acts.

Documentation: `keras.regularizers.L1`: "loss = l1 * reduce_sum(abs(x))", whose minimum is at 0.

Gives:
    tensorflow 0.0
    jax -0.5
    torch 0.0

Kind: defect
Quirk: K10
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

l1 = keras.regularizers.L1(0.5)
dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", kernel_regularizer=l1)
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), "mse")
model.train_on_batch(np.zeros((1, 1)), np.zeros((1, 1)))
print(float(dense.get_weights()[0][0, 0]))

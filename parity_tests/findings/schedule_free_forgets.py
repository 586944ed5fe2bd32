"""ScheduleFreeAdamW throws the initial weights away in its first step.

Its iterate z should start at the weights. In `fit` the optimizer is built inside a graph that never
runs, so that z starts at 0, and the first step replaces every weight by one step from 0. With
`run_eagerly=True` z starts at the weights. Printed: a weight that was 1, after a step of 0.01.

Documentation: `keras.optimizers.ScheduleFreeAdamW`: "During training, the model parameters are set
to an interpolation between `momentum` and `x`", the average; nothing of a start at 0.

Gives:
    tensorflow -0.01
    jax 0.99
    torch 0.99

Kind: backends disagree
Quirk: K21
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.ScheduleFreeAdamW(0.01), "mse")
model.fit(np.ones((1, 1)), np.zeros((1, 1)), verbose=0)
print(round(float(dense.get_weights()[0][0, 0]), 3))

"""The gradient of a cosine similarity is NaN where a vector is zero.

The length of the zero vector is guarded in the value, not in its derivative: 0 / 0. One dead sample
turns all weights into NaN. Printed: a weight after one step.

Documentation: `keras.losses.CosineSimilarity`: "If either `y_true` or `y_pred` is a zero vector,
cosine similarity will be 0 regardless of the proximity between predictions and targets."

Gives:
    tensorflow 0.0
    jax nan
    torch nan

Kind: backends disagree
Quirk: K17
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(2, use_bias=False, kernel_initializer="zeros")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(0.0), keras.losses.CosineSimilarity())
model.fit(np.ones((1, 1)), np.ones((1, 2)), verbose=0)
print(float(dense.get_weights()[0][0, 0]))

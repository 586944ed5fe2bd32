"""With `loss_scale_factor`, a model that has an Embedding cannot be trained.

On TensorFlow the gradient of an Embedding is a list of slices (`tf.IndexedSlices`), which the
optimizer divides by the factor with Python's `/`; slices have no such operator. (`ops.divide`,
which LossScaleOptimizer uses, takes them.) Printed: what `fit` ends in.

Documentation: `keras.optimizers.Optimizer`: "loss_scale_factor: Float or `None`. If a float, the
scale factor will be multiplied the loss before computing gradients, and the inverse of the scale
factor will be multiplied by the gradients before updating variables."

Gives:
    tensorflow TypeError
    jax trained
    torch trained

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

model = keras.Sequential(
    [keras.Input((2,), dtype="int32"), keras.layers.Embedding(3, 1), keras.layers.Flatten()]
)
model.compile(keras.optimizers.SGD(loss_scale_factor=2.0), "mse")
try:
    model.fit(np.array([[0, 1]]), np.array([[3.0, -3.0]]), verbose=0)
    print("trained")
except TypeError:
    print("TypeError")

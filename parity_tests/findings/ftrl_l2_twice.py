"""Ftrl counts its l2_regularization_strength twice.

Printed: the weight after a step with a gradient of 1, accumulators from 0, a rate and a strength
of 1.

Documentation: `keras.optimizers.Ftrl`: "w = (sgn(z) * lambda_1 - z) / ((beta + sqrt(n)) / alpha +
lambda_2)", which is -1 / 2.

Gives:
    tensorflow -0.3333
    jax -0.3333
    torch -0.3333

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

w = keras.Variable(np.zeros(1))
settings = {"initial_accumulator_value": 0.0, "l2_regularization_strength": 1.0}
optimizer = keras.optimizers.Ftrl(1.0, **settings)
optimizer.build([w])
optimizer.apply([keras.ops.convert_to_tensor(np.ones(1, "float32"))])
print(f"{float(w[0]):.4f}")

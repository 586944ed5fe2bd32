"""ScheduleFreeAdamW takes its average out of the weights with the wrong iterate.

The weights are w = (1 - beta) z + beta x; to find the average x, the old z must be taken. What is
kept as the old z is the variable itself, which has been changed by then (on TensorFlow and torch).
Printed: a weight after three steps with gradient 1; the formula gives 0.979.

Documentation: `keras.optimizers.ScheduleFreeAdamW`: "References: Defazio et al., 2024", whose
algorithm takes the old one.

Gives:
    tensorflow 0.98
    jax 0.979
    torch 0.98

Kind: backends disagree
Quirk: K20
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

weight = keras.Variable(np.ones(1, "float32"))
optimizer = keras.optimizers.ScheduleFreeAdamW(0.01)
for _ in range(3):
    optimizer.apply_gradients([(keras.ops.ones(1), weight)])
print(round(float(keras.ops.convert_to_numpy(weight)[0]), 5))

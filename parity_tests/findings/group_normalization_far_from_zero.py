"""Far from zero GroupNormalization loses the digits that numbers have left, on torch all of them.

It computes x gamma / s + (beta - mean gamma / s), two large numbers that cancel. Printed: what it
makes of 100000 and 100002.

Documentation: `keras.layers.LayerNormalization`, which "If the number of groups is set to 1" is
"nearly identical": "x_i_normalized = (x_i - mean_i) / sqrt(var_i + epsilon)": -0.9995 and 0.9995.

Gives:
    tensorflow -1.0000 1.0000
    jax -1.0000 1.0000
    torch -31.5000 31.7500

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.array([[100000.0, 100002.0]], "float32")
print(*[f"{float(v):.4f}" for v in keras.layers.GroupNormalization(1)(x)[0]])

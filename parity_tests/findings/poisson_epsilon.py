"""The Poisson loss adds an epsilon inside its logarithm: rates below 1e-7 are taken for 1e-7.

Where rates are small, which is what the loss is for, it is least where the rate is too small.
Printed: the loss of the true rate 1e-8, and of the rate 1e-9.

Documentation: `keras.losses.Poisson`: "loss = y_pred - y_true * log(y_pred)", whose least value is
at the true rate: 1.94e-7, and 2.08e-7 for the other.

Gives:
    tensorflow 1.702e-07 1.621e-07
    jax 1.702e-07 1.621e-07
    torch 1.702e-07 1.621e-07

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

true, low = np.array([[1e-8]], "float32"), np.array([[1e-9]], "float32")
print(*[f"{float(keras.losses.Poisson()(true, p)):.3e}" for p in (true, low)])

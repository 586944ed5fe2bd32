"""LogCosh of small errors is noise about 0: in float32 nothing is left of an error below 3e-4.

It is computed as x + softplus(-2 x) - log 2, the difference of two numbers near 0.69. Printed: the
loss of the error 1e-4, whose half square is 5e-9.

Documentation: `keras.losses.log_cosh`: "`log(cosh(x))` is approximately equal to `(x ** 2) / 2` for
small `x`".

Gives:
    tensorflow 0.0e+00
    jax 0.0e+00
    torch 0.0e+00

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y, p = np.zeros((1, 1), "float32"), np.full((1, 1), 1e-4, "float32")
print(f"{float(keras.losses.LogCosh()(y, p)):.1e}")

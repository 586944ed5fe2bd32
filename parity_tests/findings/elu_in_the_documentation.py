"""The documentation of elu sets alpha before the exponential alone, and calls it a positive slope.

Alpha multiplies e^x - 1, for negative x. Printed: elu(-1, alpha=0.5), and what the documentation
makes of it.

Documentation: `keras.activations.elu`: "alpha * `exp(x) - 1` if `x < 0`", "alpha: A scalar, slope
of positive section."

Gives:
    tensorflow -0.316 -0.816
    jax -0.316 -0.816
    torch -0.316 -0.816

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = keras.ops.convert_to_tensor([-1.0])
print(f"{float(keras.activations.elu(x, alpha=0.5)[0]):.3f}", "%.3f" % (0.5 * np.exp(-1) - 1))

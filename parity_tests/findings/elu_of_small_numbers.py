"""On TensorFlow elu and selu of small negative numbers are noise: they compute e^x - 1.

Printed: elu(-1e-8), which is -1e-8.

Documentation: `keras.activations.elu`: "alpha * `exp(x) - 1` if `x < 0`", which is x + x^2 / 2 +
..., whose first term is all that counts there.

Gives:
    tensorflow 0.0e+00
    jax -1.0e-08
    torch -1.0e-08

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

x = keras.ops.convert_to_tensor([-1e-8])
print(f"{float(keras.activations.elu(x)[0]):.1e}")

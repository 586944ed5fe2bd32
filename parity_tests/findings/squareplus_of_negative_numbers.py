"""Squareplus of negative numbers is noise, and then 0 or less: it adds a root to x that cancels it.

By 2 / (sqrt(x^2 + 4) - x) nothing would cancel. Printed: squareplus(-20000), which is 5e-5.

Documentation: `keras.activations.squareplus`: "f(x) = (x + sqrt(x^2 + b)) / 2", which is larger
than 0 everywhere.

Gives:
    tensorflow 0.0e+00
    jax 0.0e+00
    torch 0.0e+00

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

x = keras.ops.convert_to_tensor([-20000.0], dtype="float32")
print(f"{float(keras.activations.squareplus(x)[0]):.1e}")

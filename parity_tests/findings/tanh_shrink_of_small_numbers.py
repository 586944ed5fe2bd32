"""tanh_shrink of small numbers is noise: x and tanh x cancel.

Printed: tanh_shrink(1e-3), which is x^3 / 3 = 3.33e-10.

Documentation: `keras.activations.tanh_shrink`: "f(x) = x - tanh(x)".

Gives:
    tensorflow 3.49e-10
    jax 4.66e-10
    torch 3.49e-10

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

x = keras.ops.convert_to_tensor([1e-3], dtype="float32")
print(f"{float(keras.activations.tanh_shrink(x)[0]):.2e}")

"""On torch the shrinks and the threshold of NaN are NaN, elsewhere what stands for "otherwise".

Printed: the three of NaN.

Documentation: `keras.activations.hard_shrink`: "`hard_shrink(x) = 0` otherwise."

Gives:
    tensorflow 0.0 0.0 7.0
    jax 0.0 0.0 7.0
    torch nan nan nan

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

x, activations = keras.ops.convert_to_tensor([float("nan")], dtype="float32"), keras.activations
shrunk = activations.hard_shrink(x), activations.soft_shrink(x), activations.threshold(x, 0.5, 7.0)
print(*[float(y[0]) for y in shrunk])

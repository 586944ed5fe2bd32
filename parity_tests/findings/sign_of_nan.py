"""On torch the sign of NaN is 0.

Printed: sign(NaN).

Documentation: `keras.ops.sign`: "Returns a tensor with the signs of the elements of `x`." NumPy's
is NaN, whose functions these are.

Gives:
    tensorflow nan
    jax nan
    torch 0.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

x = keras.ops.convert_to_tensor([float("nan")], dtype="float32")
print(float(keras.ops.sign(x)[0]))

"""On TensorFlow softsign has no second derivative.

The gradient of softsign is an operation of its own, SoftsignGrad, which has none: a gradient
penalty, or a Hessian, of a network with `activation="softsign"` ends in a LookupError. Printed: the
second derivative at 1, which is -2 / (1 + 1)^3.

Documentation: `keras.activations.softsign`: "`softsign(x) = x / (abs(x) + 1)`", which has.

Gives:
    tensorflow LookupError
    jax -0.25
    torch -0.25

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

x = (keras.ops.convert_to_tensor(np.ones(1, "float32")),)


def slope(x):  # noqa: D103
    return keras.ops.jvp(keras.ops.softsign, (x,), (keras.ops.ones_like(x),))[1]


try:
    print(float(keras.ops.jvp(slope, x, x)[1][0]))
except LookupError:
    print("LookupError")

"""On torch softplus(x) is x from 20 on, also in float64, where seven digits are lost.

torch's function has a threshold of 20 above which it is taken for linear, and Keras leaves it at
that. In float32 nothing is lost; in float64 everything that goes through it has ten digits, the
Circle loss among them. Printed: softplus(21) - 21, which is log(1 + exp(-21)) = 7.58e-10.

Documentation: `keras.ops.softplus`: "It is defined as `f(x) = log(exp(x) + 1)`".

Gives:
    tensorflow 7.58e-10
    jax 7.58e-10
    torch 0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import os

os.environ.setdefault("JAX_ENABLE_X64", "1")

import keras
import numpy as np

y = keras.ops.softplus(keras.ops.convert_to_tensor(np.array(21.0)))
print(f"{float(y) - 21:.3g}")

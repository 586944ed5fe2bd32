"""Muon cannot step a weight in float64 where float32 is the default, or loses half its digits.

The factor sqrt(max(n, m)) is made of whole numbers, in the default type, and not cast to the
weight's. Printed: a step of a row of three along its first axis, which is -sqrt(3) / (1 + 1e-7)
= -1.7320506343638136.

Documentation: `keras.optimizers.Muon`: "rms_rate: Float. A parameter from
https://arxiv.org/abs/2502.16982 that can enhance the stability of Muon". No type is demanded.

Gives:
    tensorflow InvalidArgumentError
    jax -1.7320505700051105
    torch -1.7320505700051105

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import os

os.environ.setdefault("JAX_ENABLE_X64", "1")

import keras
import numpy as np

w = keras.Variable(np.zeros((1, 3)), dtype="float64")
optimizer = keras.optimizers.Muon(1.0, ns_steps=0, momentum=0.0, nesterov=False, rms_rate=1.0)
try:
    optimizer.apply([keras.ops.convert_to_tensor(np.array([[1.0, 0.0, 0.0]]))], [w])
    print(float(keras.ops.convert_to_numpy(w)[0, 0]))
except Exception as error:
    print(type(error).__name__)

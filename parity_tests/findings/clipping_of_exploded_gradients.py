"""Clipping by norm fails on gradients that have exploded: weights become NaN, or stay as they are.

The square of a gradient of 1e20 is no float32, and its norm infinite: what is divided by it is 0,
or NaN. Printed: a weight after a step of each kind of clipping.

Documentation: `keras.optimizers.SGD`: "global_clipnorm: Float. If set, the gradient of all weights
is clipped so that their global norm is no higher than this value." The weight is -1 then.

Gives:
    tensorflow 0.0 nan
    jax 0.0 nan
    torch 0.0 nan

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

for kind in ("clipnorm", "global_clipnorm"):
    w, optimizer = keras.Variable(np.zeros(1)), keras.optimizers.SGD(1.0, **{kind: 1.0})
    optimizer.build([w])
    optimizer.apply([keras.ops.convert_to_tensor(np.array([1e20], "float32"))])
    print(f"{float(w[0]):.1f}", end=" ")

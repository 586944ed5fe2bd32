"""`ops.pad` by one number pads no axis on TensorFlow, and the last alone on torch.

The number becomes one pair of widths. JAX takes that for all axes, as NumPy does; TensorFlow asks
for a pair for each, and torch counts pairs from the last axis on. Printed: the shape of a 2 x 2
array with a border of 1.

Documentation: `keras.ops.pad`: "`((before, after),)` yields same before and after pad for each
axis. `(pad,)` or `int` is a shortcut for `before = after = pad` width for all axes."

Gives:
    tensorflow InvalidArgumentError
    jax (4, 4)
    torch (2, 4)

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

try:
    print(keras.ops.convert_to_numpy(keras.ops.pad(np.ones((2, 2), "float32"), 1)).shape)
except Exception as error:
    print(type(error).__name__)

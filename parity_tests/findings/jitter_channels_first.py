"""RandomColorJitter takes images with their channels first for others.

Its `data_format` is not handed on to the layers that it consists of. Printed: the channel in which
a grey image of 3 x 3 pixels gets its largest value, per pixel position along the last axis, after
its saturation was raised: a grey image has no colour to saturate, so it should stay as it is.

Documentation: `keras.layers.RandomColorJitter`: "data_format" is one of its arguments.

Gives:
    tensorflow False
    jax False
    torch False

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

row = np.array([[0.2, 0.5, 0.8]] * 3, "float32")
grey = np.broadcast_to(row, (1, 3, 3, 3)).copy()  # three equal channels, which come first
jitter = keras.layers.RandomColorJitter(
    (0, 1), saturation_factor=(0.7, 0.8), seed=1, data_format="channels_first"
)
print(not np.round(keras.ops.convert_to_numpy(jitter(grey)) - grey, 2).any())

"""AutoContrast takes images with their channels first for others.

It looks for the smallest and the largest value along the second axis and the third one, which are
the channels and the rows there. Printed: whether an image with its channels first gives the
transposed answer.

Documentation: `keras.layers.AutoContrast`: "Auto contrast stretches the values of an image across
the entire available `value_range`." `data_format`, which all image layers take, is in its config.

Gives:
    tensorflow False
    jax False
    torch False

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

image = np.arange(36, dtype="float32").reshape(1, 3, 4, 3) ** 1.5
last = keras.layers.AutoContrast(data_format="channels_last")
first = keras.layers.AutoContrast(data_format="channels_first")
expected = keras.ops.convert_to_numpy(last(image))
answer = keras.ops.convert_to_numpy(first(image.transpose(0, 3, 1, 2)))
print(np.array_equal(np.round(answer.transpose(0, 2, 3, 1)), np.round(expected)))

r"""ops.image.rgb_to_grayscale refuses an image of one channel; from 3.15 on it is returned.

Printed: the shape of what becomes of it.

Tests:
    image\.test_pixels test_whole_numbers_and_refusals

Gives:
    3.12 InvalidArgumentError
    3.13 InvalidArgumentError
    3.14 InvalidArgumentError
    3.15 (1, 2, 2, 1)
"""

import keras
import numpy as np

try:
    print(keras.ops.image.rgb_to_grayscale(np.ones((1, 2, 2, 1), "float32")).shape)
except Exception as error:
    print(type(error).__name__)

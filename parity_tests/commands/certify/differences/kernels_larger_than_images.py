r"""A convolution does not refuse a kernel that is larger than the image; from 3.14 on it does.

Printed: the shape of what becomes of it.

Tests:
    test_convolution test_mistakes\[too large a kernel\]

Gives:
    3.12 (1, 5, 7, 4)
    3.13 (1, 5, 7, 4)
    3.14 ValueError
    3.15 ValueError
"""

import keras
import numpy as np

try:
    print(keras.layers.Conv2D(4, 6)(np.ones((1, 5, 7, 1), "float32")).shape)
except ValueError:
    print("ValueError")

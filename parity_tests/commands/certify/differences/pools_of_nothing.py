r"""A pool larger than the image gives an image without pixels; from 3.15 on it is refused.

Printed: what is foretold of 2 by 2 pixels in pools of 3.

Tests:
    test_pooling test_mistakes\[too large\]

Gives:
    3.12 (None, 0, 0, 1)
    3.13 (None, 0, 0, 1)
    3.14 (None, 0, 0, 1)
    3.15 ValueError
"""

import keras

try:
    print(tuple(keras.layers.MaxPooling2D(3)(keras.Input((2, 2, 1))).shape))
except ValueError:
    print("ValueError")

r"""On a processor TensorFlow has no depthwise convolution with channels first; 3.15 has a way.

Printed: what becomes of one.

Tests:
    depthwise_conv first
    test_derivatives\[by hand-(depthwise|separable)/images, channels first

Gives:
    3.12 UnimplementedError
    3.13 UnimplementedError
    3.14 UnimplementedError
    3.15 (1, 2, 5, 5)
"""

import keras
import numpy as np

images, kernel = np.ones((1, 2, 5, 5)), np.ones((3, 3, 2, 1))
try:
    found = keras.ops.depthwise_conv(images, kernel, padding="same", data_format="channels_first")
    print(tuple(found.shape))
except Exception as error:
    print(type(error).__name__)

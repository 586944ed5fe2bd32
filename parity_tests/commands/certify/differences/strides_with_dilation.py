r"""A convolution cannot have strides and dilation together; from 3.15 on a depthwise one can.

Printed: what becomes of it.

Tests:
    dilation_rate
    dilation rate
    test_convolution\.\S* test_mistakes|layers\.test_layers test_derivatives\[\S*(dilat|strid)

Gives:
    3.12 ValueError
    3.13 ValueError
    3.14 ValueError
    3.15 (1, 2, 2, 1)
"""

import keras
import numpy as np

try:
    layer = keras.layers.DepthwiseConv2D(2, strides=2, dilation_rate=2)
    print(layer(np.ones((1, 5, 5, 1), "float32")).shape)
except ValueError:
    print("ValueError")

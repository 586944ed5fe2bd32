r"""RMSNormalization takes one axis alone; from 3.14 on several.

Printed: what becomes of two axes.

Tests:
    test_shapes test_a_layer\[RMSNormalization, axis-

Gives:
    3.12 TypeError
    3.13 TypeError
    3.14 (2, 3)
    3.15 (2, 3)
"""

import keras
import numpy as np

try:
    print(keras.layers.RMSNormalization(axis=(-1, -2))(np.ones((2, 3), "float32")).shape)
except TypeError:
    print("TypeError")

r"""Softmax takes a mask of more axes than its input; from 3.14 on it refuses one.

Printed: the shape of what becomes of it.

Tests:
    test_masks test_softmax_with_a_mask\[of more axes-

Gives:
    3.12 (1, 2, 2, 3)
    3.13 (1, 2, 2, 3)
    3.14 ValueError
    3.15 ValueError
"""

import keras
import numpy as np

try:
    y = keras.layers.Softmax()(np.zeros((2, 2, 3), "float32"), mask=np.ones((1, 2, 2, 3), bool))
    print(y.shape)
except Exception as error:
    print(type(error).__name__)

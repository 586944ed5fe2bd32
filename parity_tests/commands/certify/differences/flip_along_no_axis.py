r"""ops.flip along an axis that is not there fails in TensorFlow; from 3.14 on Keras refuses it.

Printed: the error.

Tests:
    test_types test_errors\[flip\]

Gives:
    3.12 InvalidArgumentError
    3.13 InvalidArgumentError
    3.14 ValueError
    3.15 ValueError
"""

import keras
import numpy as np

try:
    print(keras.ops.flip(np.ones((2, 3), "float32"), axis=2).shape)
except Exception as error:
    print(type(error).__name__)

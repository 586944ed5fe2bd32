r"""A mistaken axis of transpose and softmax is found by another layer of Keras, with another class.

Printed: the class of transpose's error.

Tests:
    test_types test_errors\[(softmax_axis|transpose_(axis|twice))

Gives:
    3.12 InvalidArgumentError
    3.13 InvalidArgumentError
    3.14 InvalidArgumentError
    3.15 ValueError
"""

import keras
import numpy as np

try:
    keras.ops.transpose(np.ones((2, 3), "float32"), (0, 2))
except Exception as error:
    print(type(error).__name__)

r"""The layer Softmax looks for its axis in the shape itself; from 3.15 on TensorFlow refuses it.

Printed: the error for an axis that is not there.

Tests:
    test_an_activation_along_an_axis\[softmax

Gives:
    3.12 IndexError
    3.13 IndexError
    3.14 IndexError
    3.15 InvalidArgumentError
"""

import keras
import numpy as np

try:
    keras.layers.Softmax(axis=5)(np.ones((3, 2), "float32"))
    print("fine")
except Exception as error:
    print(type(error).__name__)

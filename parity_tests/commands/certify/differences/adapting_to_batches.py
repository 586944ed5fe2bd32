"""adapt takes no list of batches yet.

Printed: what becomes of one.

Tests:
    Unsupported data type: <class 'list'>
    test_normalization_(adapts|in_several_axes)

Gives:
    3.12 UnboundLocalError
    3.13 TypeError
    3.14 fine
    3.15 fine
"""

import keras
import numpy as np

try:
    keras.layers.Normalization().adapt([np.ones((2, 1)), np.zeros((3, 1))])
    print("fine")
except Exception as error:
    print(type(error).__name__)

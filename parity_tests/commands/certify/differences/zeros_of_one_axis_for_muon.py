r"""Muon asserts that a matrix has two axes; from 3.14 on it raises a ValueError.

Printed: the error for a vector.

Tests:
    test_optimizer_api test_mistakes\[<lambda>23\]

Gives:
    3.12 AssertionError
    3.13 AssertionError
    3.14 ValueError
    3.15 ValueError
"""

import keras

try:
    keras.optimizers.Muon().zeropower_via_newtonschulz5(keras.ops.ones((2,)), 1)
    print("fine")
except Exception as error:
    print(type(error).__name__)

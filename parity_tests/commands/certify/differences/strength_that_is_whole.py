r"""A whole number as a regularizer's strength fails on TensorFlow; from 3.14 on it is a float.

Printed: L1(1) of five ones.

Tests:
    whole number-(kernel_)?regularizer
    test_functions_of_weights\[regularizers-L1-

Gives:
    3.12 InvalidArgumentError
    3.13 InvalidArgumentError
    3.14 5.0
    3.15 5.0
"""

import keras

try:
    print(float(keras.regularizers.L1(1)(keras.ops.ones(5))))
except Exception as error:
    print(type(error).__name__)

r"""ops.scatter_update only replaces; from 3.14 on it can also add, multiply, take extremes.

Printed: whether it has the argument.

Tests:
    test_array_functions test_errors\[scatter_reduction\]
    scatter_update\(\) got an unexpected keyword argument 'reduction'

Gives:
    3.12 False
    3.13 False
    3.14 True
    3.15 True
"""

import inspect

import keras

print("reduction" in inspect.signature(keras.ops.scatter_update).parameters)

r"""Some arguments are asserted; from 3.14 on a ValueError says what is wrong with them.

Printed: the errors for no data to train on, and for rows that have three axes.

Tests:
    test_what_california_housing_does_not_have\[\{'test_split': 1\}\]
    test_backend test_refusals\[(padding of three numbers|repeat of three axes)\]

Gives:
    3.12 AssertionError AssertionError
    3.13 AssertionError AssertionError
    3.14 ValueError ValueError
    3.15 ValueError ValueError
"""

import keras
from keras._tf_keras.keras import backend

for call in (
    lambda: keras.datasets.california_housing.load_data(test_split=1),
    lambda: backend.repeat(keras.ops.ones((1, 2, 3)), 2),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, end=" ")

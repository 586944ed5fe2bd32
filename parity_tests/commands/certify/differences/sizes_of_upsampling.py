r"""UpSampling takes any number of times; from 3.15 on it refuses what is not positive.

Printed: what becomes of none.

Tests:
    test_margins test_mistakes\[(half a|no) time

Gives:
    3.12 fine
    3.13 fine
    3.14 fine
    3.15 ValueError
"""

import keras

try:
    keras.layers.UpSampling1D(0)
    print("fine")
except (ValueError, KeyError, IndexError) as error:
    print(type(error).__name__)

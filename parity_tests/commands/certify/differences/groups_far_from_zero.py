r"""GroupNormalization casts float64 before it takes the mean away; from 3.15 on after it.

Printed: the largest output for 1e9, 1e9 + 1, 1e9 + 2 and 1e9 + 4 in two groups.

Tests:
    test_wider_numbers test_the_digits_of_the_input_are_used\[(group|instance)-

Gives:
    3.12 0.0
    3.13 0.0
    3.14 0.0
    3.15 1.0
"""

import keras
import numpy as np

x = 1e9 + np.array([[[0.0, 1.0, 2.0, 4.0]]])
y = keras.ops.convert_to_numpy(keras.layers.GroupNormalization(2, dtype="float32")(x))
print(round(float(np.abs(y).max()), 2))

r"""ops.blackman(1) is NaN; from 3.14 on it is 1.

Printed: what it is.

Tests:
    test_array_functions test_made\[blackman 1\]

Gives:
    3.12 nan
    3.13 nan
    3.14 1.0
    3.15 1.0
"""

import keras

print(float(keras.ops.blackman(1)[0]))

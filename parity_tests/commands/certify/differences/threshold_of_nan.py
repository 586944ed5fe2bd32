r"""relu(NaN, threshold=1) is NaN; from 3.15 on it is 0.

Printed: what it is.

Tests:
    test_findings test_it_is_still_so\[relu_threshold_of_nan-

Gives:
    3.12 nan
    3.13 nan
    3.14 nan
    3.15 0.0
"""

import keras

x = keras.ops.convert_to_tensor([float("nan")])
print(float(keras.activations.relu(x, threshold=1.0)[0]))

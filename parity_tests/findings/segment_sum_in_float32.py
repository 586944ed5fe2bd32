"""On torch segment_sum and its kin calculate in float32, whatever the type of the numbers.

Whole numbers above 2**24 are rounded, and float64 has seven digits. Printed: the sum of 2**24 and
1, both int32.

Documentation: `keras.ops.segment_sum`: "A tensor containing the sum of segments, where each element
represents the sum of the corresponding segment in `data`".

Gives:
    tensorflow 16777217
    jax 16777217
    torch 16777216

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

data = np.array([2**24, 1], "int32")
print(int(keras.ops.segment_sum(data, np.array([0, 0]), num_segments=1)[0]))

"""On JAX and torch a number of a segment that there is not is left out of `segment_sum` silently.

Printed: the sums of two segments of 1, 2 and 4, where 2 belongs to a seventh.

Documentation: `keras.ops.segment_sum`: "num_segments: An integer representing the total number of
segments. If not specified, it is inferred from the maximum value in `segment_ids`."

Gives:
    tensorflow InvalidArgumentError
    jax 1.0 4.0
    torch 1.0 4.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

try:
    y = keras.ops.segment_sum(np.array([1.0, 2.0, 4.0], "float32"), np.array([0, 7, 1]), 2)
    print(*keras.ops.convert_to_numpy(y).tolist())
except Exception as error:
    print(type(error).__name__)

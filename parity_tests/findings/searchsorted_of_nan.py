"""On TensorFlow `ops.searchsorted` puts NaN before all numbers, elsewhere behind them.

Printed: the place of NaN among three numbers.

Documentation: `keras.ops.searchsorted`: "Perform a binary search, returning indices for insertion
of `values` into `sorted_sequence` that maintain the sorting order." NaN is sorted to the end.

Gives:
    tensorflow 0
    jax 3
    torch 3

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

numbers = np.array([1.0, 2.0, 3.0], "float32")
print(int(keras.ops.searchsorted(numbers, np.array([np.nan], "float32"))[0]))

"""On JAX extract_sequences spreads a NaN over all sequences.

It cuts by a convolution with zeros and ones, and 0 times NaN is NaN; an infinite number does the
same. Printed: two sequences of two, of 1, 1, 1 and NaN.

Documentation: `keras.ops.extract_sequences`: "Slides a window of size `sequence_length` over the
last axis of the input", and the window of the first does not reach the NaN.

Gives:
    tensorflow [[1.0, 1.0], [1.0, nan]]
    jax [[1.0, 1.0], [nan, nan]]
    torch [[1.0, 1.0], [1.0, nan]]

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

x = np.array([1, 1, 1, float("nan")], "float32")
print(keras.ops.convert_to_numpy(keras.ops.extract_sequences(x, 2, 2)).tolist())

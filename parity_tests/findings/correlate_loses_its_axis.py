"""On torch correlate of vectors of one length gives a number without an axis.

All axes of size 1 are squeezed away at the end, also the one that the result has. A model that was
made with the shape (1,) gets (). Printed: how many axes the result has.

Documentation: `keras.ops.correlate`: "`valid`, which returns an output of length
max(M, N) - min(M, N) + 1".

Gives:
    tensorflow 1
    jax 1
    torch 0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

x = np.array([1.0, 2.0], "float32")
print(len(keras.ops.correlate(x, x).shape))

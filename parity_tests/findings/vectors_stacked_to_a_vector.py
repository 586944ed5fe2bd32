"""On TensorFlow vstack of vectors is one long vector, and no matrix.

`vstack` joins along the first axis there, which is the only one of a vector; elsewhere vectors are
rows of a matrix first. Printed: the shape of the stack of two vectors of three numbers.

Documentation: `keras.ops.vstack`: "Stack tensors in sequence vertically (row wise)."

Gives:
    tensorflow (6,)
    jax (2, 3)
    torch (2, 3)

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

print(tuple(keras.ops.vstack([np.ones(3), np.zeros(3)]).shape))

"""`utils.normalize` makes a matrix of a vector.

Printed: the shape of a vector of three numbers afterwards.

Documentation: `keras.utils.normalize`: "Returns: A normalized copy of the array."

Gives:
    tensorflow (1, 3)
    jax (1, 3)
    torch (1, 3)

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

print(keras.utils.normalize(np.array([1.0, 2.0, 2.0])).shape)

"""`utils.normalize` of an array along axis 0 divides its rows by the lengths of its columns.

Axis 0 counts as no axis, which is the last. Of an array that is not square it cannot be computed.
Printed: what is made of [[3, 1], [4, 1]], whose first column has the length 5.

Documentation: `keras.utils.normalize`: "axis: axis along which to normalize", so that 3 becomes 0.6
and 4 becomes 0.8.

Gives:
    tensorflow [[0.6, 0.2], [2.828, 0.707]]
    jax [[0.6, 0.2], [2.828, 0.707]]
    torch [[0.6, 0.2], [2.828, 0.707]]

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y = keras.utils.normalize(np.array([[3.0, 1.0], [4.0, 1.0]]), axis=0)
print(np.round(y, 3).tolist())

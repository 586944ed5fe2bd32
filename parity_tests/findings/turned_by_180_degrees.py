"""On TensorFlow rot90 with k=2 does not turn an array by 180 degrees.

The array is reshaped between the first quarter turn and the second as if it had not been turned,
which mixes up the numbers of every array that is not square. Printed: [[0, 1, 2], [3, 4, 5]] after
two quarter turns.

Documentation: `keras.ops.rot90`: "Rotate an array by 90 degrees in the plane specified by axes."
"k: Number of times the array is rotated by 90 degrees."

Gives:
    tensorflow [[1, 3, 5], [0, 2, 4]]
    jax [[5, 4, 3], [2, 1, 0]]
    torch [[5, 4, 3], [2, 1, 0]]

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

x = np.arange(6, dtype="int32").reshape(2, 3)
print(keras.ops.convert_to_numpy(keras.ops.rot90(x, k=2)).tolist())

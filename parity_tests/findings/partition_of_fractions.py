"""On TensorFlow argpartition cuts fractions off, and puts 0 in the place of what it has found.

Numbers are converted to int32 first: 0.9, 0.1 and -0.5 are all 0. Of negative numbers, those that
are found already count as 0, as larger ones than the rest: they are found twice, and others never.
Printed: the partition of [0.9, -0.5, 0.1, -3.0, 0.2] at its second smallest, each place once.

Documentation: `keras.ops.argpartition`: "Performs an indirect partition along the given axis."

Gives:
    tensorflow False
    jax True
    torch True

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

places = keras.ops.argpartition(np.array([0.9, -0.5, 0.1, -3.0, 0.2], "float32"), 1)
print(sorted(keras.ops.convert_to_numpy(places).tolist()) == [0, 1, 2, 3, 4])

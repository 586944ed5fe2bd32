"""On TensorFlow and torch nextafter of a float32 is the number itself.

The next number is looked up in float64, and rounded to float32, which gives the first again.
Printed: whether the float32 after 1 is larger than 1.

Documentation: `keras.ops.nextafter`: "Return the next representable floating-point value after `x1`
towards `x2`." (Its example shows 1.0000001 after 1.)

Gives:
    tensorflow False
    jax True
    torch False

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

one, two = np.ones(1, "float32"), np.full(1, 2, "float32")
print(bool(keras.ops.convert_to_numpy(keras.ops.nextafter(one, two))[0] > 1))

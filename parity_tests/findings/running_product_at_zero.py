"""On TensorFlow the derivative of a running product with respect to a factor that is 0 is 0.

TensorFlow divides what it has summed up by the factor, and takes 0 where that is 0. The second
derivative of `prod`, whose first one is made of running products, is wrong for the same reason.
Printed: the derivative of the last of cumprod([0, 2, 3]) with respect to the 0, which is 6.

Documentation: `keras.ops.cumprod`: "Return the cumulative product of elements along a given axis."

Gives:
    tensorflow 0.0
    jax 6.0
    torch 6.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

x, along = (
    keras.ops.convert_to_tensor(np.array(values, "float32")) for values in ([0, 2, 3], [1, 0, 0])
)
print(float(keras.ops.jvp(keras.ops.cumprod, (x,), (along,))[1][-1]))

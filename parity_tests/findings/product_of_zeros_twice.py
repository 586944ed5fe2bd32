"""On TensorFlow the second derivative of a product with two zeros in it is 0.

The first derivative is made of running products, whose own derivative TensorFlow divides by the
factor, 0 for a factor of 0 (see `running_product_at_zero`). Printed: the second derivative of
(0 + t) (0 + t) 3, which is 6.

Documentation: `keras.ops.prod`: "Return the product of tensor elements over a given axis."

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
    keras.ops.convert_to_tensor(np.array(values, "float32")) for values in ([0, 0, 3], [1, 1, 0])
)


def slope(x):  # noqa: D103
    return keras.ops.jvp(keras.ops.prod, (x,), (along,))[1]


print(float(keras.ops.jvp(slope, (x,), (along,))[1]))

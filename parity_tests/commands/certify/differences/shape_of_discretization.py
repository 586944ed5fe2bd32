"""Discretization does not know the shape of what it gives.

Printed: what its compute_output_shape gives.

Tests:
    Discretization does not have a `compute_output_shape`

Gives:
    3.12 NotImplementedError
    3.13 NotImplementedError
    3.14 (None, 1)
    3.15 (None, 1)
"""

import keras

layer = keras.layers.Discretization([1.0, 2.0])
try:
    print(layer.compute_output_shape((None, 1)))
except NotImplementedError:
    print("NotImplementedError")

r"""A weight's regularizer must be of Keras's own classes; from 3.15 on, a function will do.

Printed: what becomes of a layer with such a weight.

Tests:
    Invalid value for attribute `(regularizer|constraint)`
    test_penalties\.
    test_constraints\.\S+ test_training\[constraint/user's own

Gives:
    3.12 ValueError
    3.13 ValueError
    3.14 ValueError
    3.15 fine
"""

import keras

layer = keras.layers.Layer()
try:
    layer.add_weight(shape=(1,), regularizer=lambda w: keras.ops.sum(w * w))
    print("fine")
except ValueError:
    print("ValueError")

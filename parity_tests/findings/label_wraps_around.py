"""On torch a label that is too large is taken modulo the number of classes by top-k accuracy.

`take_along_dim` counts on from the first class; label 3 of three classes is class 0. Printed:
whether label 3 is the best of three classes, of which the first is.

Documentation: `keras.ops.in_top_k`: "Checks if the targets are in the top-k predictions".

Gives:
    tensorflow False
    jax False
    torch True

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

scores = np.array([[0.7, 0.2, 0.1]], "float32")
found = keras.ops.in_top_k(np.array([3], "int32"), scores, k=1)
print(bool(keras.ops.convert_to_numpy(found)[0]))

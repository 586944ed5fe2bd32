"""On JAX and torch a negative label can be among the top k: it is counted from the last class.

A label -1, which often stands for "unknown", is right where the last class is the best; `in_top_k`
and the sparse top-k accuracy find it so. Printed: whether label -1 is the best of three classes, of
which the last is.

Documentation: `keras.ops.in_top_k`: "Checks if the targets are in the top-k predictions".

Gives:
    tensorflow False
    jax True
    torch True

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

scores = np.array([[0.1, 0.2, 0.7]], "float32")
found = keras.ops.in_top_k(np.array([-1], "int32"), scores, k=1)
print(bool(keras.ops.convert_to_numpy(found)[0]))

"""Generalized cross-entropy of labels in a column compares every sample with every other's label.

Labels of shape (n, 1) give n x n values instead of n. Printed: the shape of the losses of two
samples.

Documentation: `keras.losses.categorical_generalized_cross_entropy`: "y_true: Ground truth labels.
Expected to contain *integer class indices* with shape `[batch_size]` or `[batch_size, 1]`",
"Returns: GCE loss values with shape `[batch_size]`".

Gives:
    tensorflow (2, 2)
    jax (2, 2)
    torch (2, 2)

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y = keras.ops.convert_to_tensor(np.array([[0], [1]]))
p = keras.ops.convert_to_tensor(np.array([[0.75, 0.25], [0.5, 0.5]], "float32"))
print(tuple(keras.losses.categorical_generalized_cross_entropy(y, p, 0.5).shape))

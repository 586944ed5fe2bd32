"""The cosine similarity of short vectors is 0: it depends on their length.

A length is taken for 1e-12 at least. Printed: the loss of a vector of length 1e-15 with itself.

Documentation: `keras.losses.CosineSimilarity`: "loss = -sum(l2_norm(y_true) * l2_norm(y_pred))",
which is -1; and "0" only where "either `y_true` or `y_pred` is a zero vector".

Gives:
    tensorflow -0.0
    jax -0.0
    torch -0.0

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

v = np.array([[1e-15, 0.0]], "float32")
print(round(float(keras.losses.CosineSimilarity()(v, v)), 6))

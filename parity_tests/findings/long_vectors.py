"""Long vectors have no direction: the cosine similarity of a vector of 1e20 with itself is 0.

Its square is no float32, its length infinite, and the vector divided by that 0. So it is with
UnitNormalization, UnitNorm, Dot(normalize=True) and the correlations. Printed: that loss.

Documentation: `keras.losses.CosineSimilarity`: "loss = -sum(l2_norm(y_true) * l2_norm(y_pred))",
which is -1.

Gives:
    tensorflow 0.0
    jax 0.0
    torch 0.0

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

v = np.array([[1e20, 1e20]], "float32")
print(float(keras.losses.CosineSimilarity()(v, v)) + 0.0)

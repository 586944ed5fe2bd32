"""CategoricalGeneralizedCrossEntropy compares every row with all where labels are a column.

Labels (n, 1), as the documentation of every sparse loss has them, are made one-hot to (n, 1, k),
and broadcast against (n, k). Printed: the loss of labels (n,), and of the same as a column.

Documentation: `keras.losses.CategoricalGeneralizedCrossEntropy`: "Computes the Generalized Cross
Entropy loss between `y_true` & `y_pred`", of class numbers, which SparseCategoricalCrossentropy
takes in either shape.

Gives:
    tensorflow 0.4269 0.6099
    jax 0.4269 0.6099
    torch 0.4269 0.6099

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

loss = keras.losses.CategoricalGeneralizedCrossEntropy()
labels, shares = np.array([0, 1]), np.array([[0.75, 0.25], [0.5, 0.5]])
print(*(round(float(loss(y, shares)), 4) for y in (labels, labels[:, None])))

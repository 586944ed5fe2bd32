"""On TensorFlow and JAX generalized cross-entropy does not notice a label that no class has.

Its one-hot vector is all zeros, and costs the largest loss, 1 / q, whatever is predicted: nothing
is learned from the sample, and nothing is said. Printed: that loss for q = 0.5.

Documentation: `keras.losses.CategoricalGeneralizedCrossEntropy`: "`p` is the predicted probability
for the true class", of which there is none.

Gives:
    tensorflow 2.0
    jax 2.0
    torch Class values must be smaller than num_classes.

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

loss = keras.losses.CategoricalGeneralizedCrossEntropy()
try:
    print(float(loss(np.array([7]), np.array([[0.75, 0.25]], "float32"))))
except RuntimeError as error:
    print(error)

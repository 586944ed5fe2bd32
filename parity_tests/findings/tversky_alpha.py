"""Tversky's alpha weighs what was missed, and beta what was found wrongly: they are exchanged.

Labels and predictions are taken for each other. A loss that should forgive false positives (a
small alpha) forgives misses. Printed: the loss of one false positive beside one hit.

Documentation: `keras.losses.Tversky`: "alpha: The coefficient controlling incidence of false
positives." Here that is 1 - 1 / (1 + alpha) = 0.2 with alpha = 0.25.

Gives:
    tensorflow 0.4286
    jax 0.4286
    torch 0.4286

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

loss = keras.losses.Tversky(alpha=0.25, beta=0.75)
print(round(float(loss(np.array([[1.0, 0.0]]), np.array([[1.0, 1.0]]))), 4))

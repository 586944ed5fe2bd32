"""No mistake costs more than 16.1: cross-entropies clip probabilities, and do not say so.

They are cut to [epsilon, 1 - epsilon]. A perfect prediction costs something, too. Printed: what a
prediction of 0 for the true class costs, and what a perfect one costs.

Documentation: `keras.losses.BinaryCrossentropy`: "a probability (i.e, value in [0., 1.] when
`from_logits=False`)". Its cross-entropy with the label is infinite, and 0.

Gives:
    tensorflow 16.1180954 1.2e-07
    jax 16.1180954 1.2e-07
    torch 16.1180954 1.2e-07

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

loss, one = keras.losses.BinaryCrossentropy(), np.array([[1.0]], "float32")
print(*[round(float(loss(one, p)), 8) for p in (0 * one, one)])

"""Dice and Tversky give their worst loss where nothing is there and nothing was found.

An epsilon stands in the denominator alone, so that an empty mask that was predicted perfectly costs
1, as much as a mask that was missed altogether. Printed: that loss.

Documentation: `keras.losses.Dice`: "loss = 1 - (2 * sum(y_true * y_pred)) / (sum(y_true) +
sum(y_pred))", which says nothing of an epsilon, and is 0 for a perfect prediction.

Gives:
    tensorflow 1.0
    jax 1.0
    torch 1.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

nothing = np.zeros((1, 4), "float32")
print(float(keras.losses.Dice()(nothing, nothing)))

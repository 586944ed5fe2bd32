"""On torch one_hot refuses a number that no class has; elsewhere it is a row of zeros.

Of numbers below zero Keras makes zeros on torch, too, but not of those that are too large: what
runs on one backend fails on another. Printed: one_hot(3) of three classes.

Documentation: `keras.ops.one_hot`: "the index corresponding to the integer value is marked as 1,
while all other indices are marked as 0".

Gives:
    tensorflow 0 0 0
    jax 0 0 0
    torch RuntimeError

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

try:
    print(*map(int, keras.ops.one_hot(np.array([3]), 3)[0]))
except Exception as error:
    print(type(error).__name__)

"""On torch, numbers of a truncated normal distribution can lie beyond its limits.

For each number four are drawn, and the first that is within two deviations is taken; where none of
them is, one that is not. That happens to four numbers of a million. Printed: whether all of a
million are within.

Documentation: `keras.random.truncated_normal`: "values whose magnitude is more than two standard
deviations from the mean are dropped and re-picked".

Gives:
    tensorflow True
    jax True
    torch False

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

drawn = keras.random.truncated_normal((1_000_000,), seed=1)
print(bool(np.abs(keras.ops.convert_to_numpy(drawn)).max() <= 2))

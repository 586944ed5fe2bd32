"""Circle's mean leaves out samples whose loss is 0: it never falls below the losses of the bad ones.

Its values bear a mask of those that are larger than 0. Printed: the sum of four losses, divided by
their mean: how many samples the mean is one of.

Documentation: `keras.losses.Circle`: "`"sum_over_batch_size"` and `"mean"` sum the loss and divide
by the sample size", which is 4.

Gives:
    tensorflow 3.0
    jax 3.0
    torch 3.0

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y, p = np.array([0, 0, 0, 1]), np.eye(4, dtype="float32")
total, mean = [keras.losses.Circle(reduction=r)(y, p) for r in ("sum", "sum_over_batch_size")]
print(round(float(total) / float(mean), 4))

"""Circle's mean leaves out the samples whose loss is 0.

Its values bear a mask of those that are larger than 0, so that it never falls below the mean of the
bad ones. Printed: the sum of four losses over their mean: how many samples the mean is one of.

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

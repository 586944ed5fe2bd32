"""R2Score is NaN for constant targets that are met, and 0 for those that are missed.

Printed: the score of perfect predictions, and of bad ones.

Documentation: `keras.metrics.R2Score`: "The highest score possible is 1.0. It indicates that the
predictors perfectly accounts for variation in the target."

Gives:
    tensorflow nan 0.0
    jax nan 0.0
    torch nan 0.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y = np.full((3, 1), 2.0, "float32")
for p in (y, y + 5):
    metric = keras.metrics.R2Score()
    metric.update_state(y, p)
    print(float(metric.result()), end=" ")

"""The loss of an empty batch is an empty array, and no number, even where it is a sum.

A reduction leaves values alone that have no entry. Printed: the shapes of the mean loss of no rows,
and of their sum.

Documentation: `keras.losses.Loss`: "`"sum"` sums the loss, `"sum_over_batch_size"` and `"mean"` sum
the loss and divide by the sample size."

Gives:
    tensorflow (0,) (0,)
    jax (0,) (0,)
    torch (0,) (0,)

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

none = np.zeros((0, 3), "float32")
losses = [keras.losses.MeanSquaredError(reduction=r) for r in ("sum_over_batch_size", "sum")]
print(*[tuple(loss(none, none).shape) for loss in losses])

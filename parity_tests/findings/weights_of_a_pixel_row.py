"""BinaryIoU refuses weights that are broadcast to its labels.

Labels are flattened first, weights with them: (2, 1) becomes two beside four. Printed: what it says
to labels (2, 2) with weights (2, 1).

Documentation: `keras.metrics.BinaryIoU.update_state`: "Can be a `Tensor` whose rank is either 0, or
the same as `y_true`, and must be broadcastable to `y_true`".

Gives:
    tensorflow refused InvalidArgumentError
    jax refused ValueError
    torch refused RuntimeError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y, p = np.array([[0, 1], [1, 1]]), np.array([[0.1, 0.9], [0.2, 0.7]])
metric = keras.metrics.BinaryIoU()
try:
    metric.update_state(y, p, sample_weight=np.array([[1.0], [2.0]]))
    print(round(float(metric.result()), 3))
except Exception as error:
    print("refused", type(error).__name__)

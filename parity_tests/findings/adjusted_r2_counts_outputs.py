"""The adjusted R2 of several outputs takes their number for that of samples.

It counts the entries of the targets, of which there are four samples times three here. Printed: the
adjusted score of one output, and of the same output three times.

Documentation: `keras.metrics.R2Score`: "num_regressors: Number of independent regressors used
("Adjusted R2" score)", which is 1 - (1 - R2) (n - 1) / (n - p - 1) for n samples.

Gives:
    tensorflow 0.8286 0.8743
    jax 0.8286 0.8743
    torch 0.8286 0.8743

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y = np.array([[1.0], [2.0], [3.0], [5.0]], "float32")
for outputs in (1, 3):
    metric = keras.metrics.R2Score(num_regressors=1)
    metric.update_state(np.tile(y, outputs), np.tile(y + 0.5, outputs))
    print(f"{float(metric.result()):.4f}", end=" ")

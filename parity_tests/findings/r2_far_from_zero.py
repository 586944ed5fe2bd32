"""R2Score of targets far from zero is noise: it subtracts two large sums of squares.

The sum of squares about the mean is taken as sum y^2 - (sum y)^2 / n. Years of birth, prices, and
coordinates lose all digits in float32. Printed: the score of a perfect fit but for 0.1, near 2000
and near 10000.

Documentation: `keras.metrics.R2Score`: "sum_squares = sum((y_true - mean(y_true)) ** 2)", of which
both are the same: 0.9766.

Gives:
    tensorflow 0.9766 0.0000
    jax 0.9766 0.0000
    torch 0.9766 0.0000

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

for center in (2000, 10000):
    y = np.array([[center], [center + 1], [center + 2]], "float32")
    metric = keras.metrics.R2Score()
    metric.update_state(y, y + np.float32(0.125))
    print(f"{float(metric.result()):.4f}", end=" ")

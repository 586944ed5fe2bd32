"""Concordance depends on the unit of measurement: of small numbers that agree it is 0.

An epsilon of 1e-7 is added to the sum of variances. Printed: the coefficient of perfect predictions
in metres, and in units of 10 km.

Documentation: `keras.metrics.ConcordanceCorrelation`: "The coefficient ranges from -1 to 1, where a
value of 1 indicates perfect agreement."

Gives:
    tensorflow 1.000 0.118
    jax 1.000 0.118
    torch 1.000 0.118

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

metres = np.array([[1.0, 2.0, 3.0]], "float32")
for y in (metres, metres / 10_000):
    print(f"{float(keras.metrics.concordance_correlation(y, y)[0]):.3f}", end=" ")

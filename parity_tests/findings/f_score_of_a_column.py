"""F1Score refuses weights (n, 1), which all other metrics take for weights (n,).

It broadcasts them against a matrix of classes in the other direction. Printed: its score.

Documentation: `keras.metrics.FBetaScore.update_state`: "Accumulate statistics for the metric", and
no word of the shape of weights; `BinaryIoU.update_state`: "must be broadcastable to `y_true`".

Gives:
    tensorflow refused ValueError
    jax refused ValueError
    torch refused ValueError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

metric = keras.metrics.F1Score()
try:
    metric.update_state(np.eye(2), np.eye(2), sample_weight=np.array([[1.0], [1.0]]))
    print(*(round(float(score), 3) for score in metric.result()))
except Exception as error:
    print("refused", type(error).__name__)

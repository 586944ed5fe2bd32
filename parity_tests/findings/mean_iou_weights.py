"""MeanIoU cuts the fractions off its sample weights: its own example gives 0.

The confusion matrix is summed in integers, so that weights of 0.3, 0.3, 0.3 and 0.1 are four
times 0. Printed: what the example in the documentation gives.

Documentation: `keras.metrics.MeanIoU`: that example, followed by "0.23809525".

Gives:
    tensorflow 0.0
    jax 0.0
    torch 0.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

metric = keras.metrics.MeanIoU(num_classes=2)
metric.update_state([0, 0, 1, 1], [0, 1, 0, 1], sample_weight=[0.3, 0.3, 0.3, 0.1])
print(float(metric.result()))

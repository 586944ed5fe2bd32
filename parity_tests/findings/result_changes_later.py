"""A result of a metric with several thresholds changes when the metric is told more.

With several thresholds the result is the variable's own memory. Printed: the first result before
and after the metric is told another row.

Documentation: `keras.metrics.Metric.result`: "Compute the current metric value".

Gives:
    tensorflow 1.0 2.0
    jax 1.0 1.0
    torch 1.0 2.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

metric = keras.metrics.FalseNegatives(thresholds=[0.2, 0.8])
metric.update_state([1.0], [0.0])
result = metric.result()
before = float(result[0])
metric.update_state([1.0], [0.0])
print(before, float(result[0]))

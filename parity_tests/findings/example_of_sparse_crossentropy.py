"""The example of SparseCategoricalCrossentropy, the metric, ends in an AttributeError.

A list has no shape, and the function asks for it. Printed: how the example ends.

Documentation: `keras.metrics.SparseCategoricalCrossentropy`: `m.update_state([1, 2], [[0.05, 0.95,
0], [0.1, 0.8, 0.1]])`, followed by 1.1769392.

Gives:
    tensorflow AttributeError
    jax AttributeError
    torch AttributeError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

metric = keras.metrics.SparseCategoricalCrossentropy()
try:
    metric.update_state([1, 2], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]])
    print(round(float(metric.result()), 4))
except Exception as error:
    print(type(error).__name__)

"""LogCosh of whole numbers is refused by TensorFlow, and wrong elsewhere: log 2 is cut to 0.

The function computes in the type of its predictions, and a metric does not make floats of lists of
integers. Printed: what the example in the documentation gives.

Documentation: `keras.metrics.LogCoshError`: `m.update_state([[0, 1], [0, 0]], [[1, 1], [0, 0]])`,
followed by 0.10844523.

Gives:
    tensorflow TypeError
    jax 0.8016
    torch 0.8016

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

metric = keras.metrics.LogCoshError()
try:
    metric.update_state([[0, 1], [0, 0]], [[1, 1], [0, 0]])
    print(round(float(metric.result()), 4))
except Exception as error:
    print(type(error).__name__)

"""The metric Poisson's own example, of whole numbers, gives another number, or an error.

The logarithm of integers is refused on TensorFlow; elsewhere its epsilon is one of integers: 0.
Printed: what the example in the documentation gives.

Documentation: `keras.metrics.Poisson`: `m.update_state([[0, 1], [0, 0]], [[1, 1], [0, 0]])`,
followed by 0.49999997; by the formula it is 0.25.

Gives:
    tensorflow InvalidArgumentError
    jax nan
    torch nan

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

metric = keras.metrics.Poisson()
try:
    metric.update_state([[0, 1], [0, 0]], [[1, 1], [0, 0]])
    print(round(float(metric.result()), 4))
except Exception as error:
    print(type(error).__name__)

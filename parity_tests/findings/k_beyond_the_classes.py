"""On torch top-k accuracy refuses a k that is larger than the number of classes.

The default k is 5, so with fewer than five classes the metric as it is cannot be used. Elsewhere
every class is among the top k then. Printed: the accuracy of one sample of two classes.

Documentation: `keras.metrics.TopKCategoricalAccuracy`: "k: (Optional) Number of top elements to
look at for computing accuracy. Defaults to `5`", and no word of a least number of classes.

Gives:
    tensorflow 1.0
    jax 1.0
    torch RuntimeError

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

metric = keras.metrics.TopKCategoricalAccuracy()
try:
    metric.update_state(np.array([[0.0, 1.0]], "float32"), np.array([[0.3, 0.7]], "float32"))
    print(float(metric.result()))
except Exception as error:
    print(type(error).__name__)

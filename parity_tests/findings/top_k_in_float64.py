"""On TensorFlow top-k accuracy refuses float64 predictions.

The kernel behind it knows float32 alone, and Keras does not cast. A model in float64 cannot use
the metric's function.

Documentation: `keras.metrics.sparse_top_k_categorical_accuracy` names no type.

Gives:
    tensorflow InvalidArgumentError
    jax 1.0
    torch 1.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

scores = np.array([[0.1, 0.2, 0.7]], "float64")
try:
    found = keras.metrics.sparse_top_k_categorical_accuracy(np.array([2]), scores, k=1)
    print(float(found[0]))
except Exception as error:
    print(type(error).__name__)

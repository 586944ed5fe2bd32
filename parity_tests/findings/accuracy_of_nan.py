"""On TensorFlow a prediction that holds NaN can count as right.

The metric compares positions of the largest numbers. TensorFlow's argmax passes over NaN, JAX's
and torch's take it for the largest. Where all are NaN every backend says class 0, so that a
network that has diverged reports the share of class 0 as its accuracy. Printed: the accuracy of
the prediction (1, NaN, 2) for class 2, and of (NaN, NaN, NaN) for class 0.

Documentation: `keras.metrics.CategoricalAccuracy`: "Calculates how often predictions match
one-hot labels". NaN is not mentioned.

Gives:
    tensorflow 1.0 1.0
    jax 0.0 1.0
    torch 0.0 1.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

nan = float("nan")
predicted = np.array([[1.0, nan, 2.0], [nan, nan, nan]], "float32")
right = keras.metrics.categorical_accuracy(np.eye(3, dtype="float32")[[2, 0]], predicted)
print(float(right[0]), float(right[1]))

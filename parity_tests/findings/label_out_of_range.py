"""On JAX a label that no class has costs nothing and is not noticed.

The label is turned into a one-hot vector, which is all zeros for class 3 of 3: the loss is 0, the
best there is, and nothing is learned. TensorFlow (on a CPU) and torch raise.

Documentation: `keras.losses.SparseCategoricalCrossentropy`: "We expect labels to be provided as
integers". What becomes of a class that does not exist is not said.

Gives:
    tensorflow InvalidArgumentError
    jax 0.0
    torch IndexError

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

loss = keras.losses.SparseCategoricalCrossentropy()
try:
    print(abs(float(loss(np.array([3]), np.array([[0.2, 0.3, 0.5]], "float32")))))
except Exception as error:
    print(type(error).__name__)

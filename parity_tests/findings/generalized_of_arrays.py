"""On torch categorical_generalized_cross_entropy refuses NumPy arrays.

Alone among the losses it makes no tensor of its predictions, and multiplies an array with a tensor.
Printed: the loss of one array.

Documentation: `keras.losses.categorical_generalized_cross_entropy`: "y_pred: The predicted class
probabilities, with shape `[batch_size, num_classes]`"; other losses take arrays.

Gives:
    tensorflow 1.0
    jax 1.0
    torch TypeError

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

try:
    p = np.array([[0.25, 0.75]], "float32")
    loss = keras.losses.categorical_generalized_cross_entropy(np.array([0]), p, q=0.5)
    print(float(loss[0]))
except Exception as error:
    print(type(error).__name__)

"""On TensorFlow and JAX sparse categorical cross-entropy knows no axis but the last.

Printed: the loss of two classes along axis 1, at one place.

Documentation: `keras.losses.sparse_categorical_crossentropy`: "axis: Defaults to `-1`. The
dimension along which the entropy is computed."

Gives:
    tensorflow ValueError
    jax ValueError
    torch 0.6931

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y, p = np.zeros((1, 1), "int32"), np.full((1, 2, 1), 0.5, "float32")
y, p = keras.ops.convert_to_tensor(y), keras.ops.convert_to_tensor(p)
try:
    print(f"{float(keras.losses.sparse_categorical_crossentropy(y, p, axis=1)[0, 0]):.4f}")
except ValueError as error:
    print(type(error).__name__)

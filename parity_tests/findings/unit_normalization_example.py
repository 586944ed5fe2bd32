"""The example of UnitNormalization in its documentation divides a vector of two axes along a third.

Printed: how the example ends.

Documentation: `keras.layers.UnitNormalization`: "data = np.arange(6).reshape(2, 3);
normalized_data = keras.layers.UnitNormalization()(data)".

Gives:
    tensorflow InvalidArgumentError
    jax TypeError
    torch 1.0000

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

try:
    y = keras.layers.UnitNormalization()(np.arange(6).reshape(2, 3))
    print(f"{float(np.sum(keras.ops.convert_to_numpy(y)[0] ** 2)):.4f}")
except Exception as error:
    print(type(error).__name__)

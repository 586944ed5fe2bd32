"""RandomContrast refuses images of whole numbers on TensorFlow.

Their mean is a float, which is not subtracted from whole numbers there. Printed: whether bytes are
answered as the same floats are, or the error.

Documentation: `keras.layers.RandomContrast`: "Input pixel values can be of any range ... and in
integer or floating point dtype. By default, the layer will output floats."

Gives:
    tensorflow InvalidArgumentError
    jax True
    torch True

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

row = np.array([10, 100, 255]).reshape(1, 1, 3, 1)
answers = []
try:
    for dtype in ("uint8", "float32"):
        layer = keras.layers.RandomContrast((0.5, 0.5), seed=1)
        y = layer(keras.ops.convert_to_tensor(row.astype(dtype)), training=True)
        answers.append(np.round(keras.ops.convert_to_numpy(y).astype("float32"), 2))
    print(np.array_equal(*answers))
except Exception as error:
    print(type(error).__name__)

"""On TensorFlow a kernel one place longer than the image gives an image of whatever memory held.

`ops.conv` then has no place for a single window. TensorFlow's result is empty, and Keras means to
refuse it; but with oneDNN it has the shape of the input, and numbers that were never written. With
two places more TensorFlow refuses it itself. Layers look at the shape first. Printed: the shape of
the result, or the class of the error.

Documentation: the source raises "The convolution operation resulted in an empty output".

Gives:
    tensorflow (1, 6, 1)
    jax ValueError
    torch RuntimeError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

x, kernel = keras.ops.ones((1, 6, 1)), keras.ops.ones((7, 1, 1))
try:
    print(tuple(keras.ops.conv(x, kernel).shape))
except (ValueError, RuntimeError) as error:
    print(type(error).__name__)

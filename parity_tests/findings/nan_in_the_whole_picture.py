"""On JAX a NaN in one pixel makes all of a picture NaN when it is resized.

Rows and columns are interpolated by products with matrices that are mostly zeros, and 0 times NaN
is NaN. Printed: how many of the 24 pixels are NaN after UpSampling2D of six, of which one is.

Documentation: `keras.layers.UpSampling2D`: "The implementation uses interpolative resizing, given
the resize method"; interpolation is between neighbours.

Gives:
    tensorflow 6
    jax 24
    torch 6

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

x = np.array([1, 1, 1, 1, 1, float("nan")], "float32").reshape(1, 6, 1, 1)
y = keras.layers.UpSampling2D(2, interpolation="bilinear")(x)
print(int(np.isnan(keras.ops.convert_to_numpy(y)).sum()))

"""On torch AveragePooling2D(padding="same") counts the last place twice where a margin is uneven.

The picture is extended by its edge, and that is averaged, too. Printed: the means of windows of
three, two apart, of 0 to 5, of which the last holds 4 and 5.

Documentation: `keras.layers.AveragePooling2D`: "Downsamples the input along its spatial dimensions
(height and width) by taking the average value over an input window", whose values are 4 and 5.

Gives:
    tensorflow [1.0, 3.0, 4.5]
    jax [1.0, 3.0, 4.5]
    torch [1.0, 3.0, 4.667]

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

pool = keras.layers.AveragePooling2D(3, strides=2, padding="same")
x = np.tile(np.arange(6, dtype="float32"), (5, 1)).reshape(1, 5, 6, 1)
y = keras.ops.convert_to_numpy(pool(x))
print([round(float(v), 3) for v in y[0, 0, :, 0]])

"""RandomErasing's scale is no ratio of sides: it is how large a part of the image is erased.

Width and height are the square roots of two numbers from the range, each a share of its side of the
image. Printed: width and height of what is erased in an image of 8 x 8 pixels, of a scale from 0.25
to 0.25.

Documentation: `keras.layers.RandomErasing`: "scale: A tuple of two floats representing the aspect
ratio range of the erased patch. This defines the width-to-height ratio of the patch to be erased."

Gives:
    tensorflow 4 4
    jax 4 4
    torch 4 4

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

layer = keras.layers.RandomErasing((1.0, 1.0), scale=(0.25, 0.25), fill_value=0.0, seed=1)
y = keras.ops.convert_to_numpy(layer(np.ones((1, 8, 8, 1), "float32"), training=True))
black = y[0, :, :, 0] == 0
print(black.any(0).sum(), black.any(1).sum())

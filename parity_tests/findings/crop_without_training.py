"""Without training, RandomCrop gives the whole image back.

Where the target has the image's ratio of sides or a larger one, no side is cut: (4, 6) stays (4, 6)
where (2, 4) was asked for and foretold. Printed: the shape foretold, that in training, and that
without.

Documentation: `keras.layers.RandomCrop`: "At inference time ... the input will be resized and
cropped so as to return the largest possible window in the image that matches the target aspect
ratio".

Gives:
    tensorflow 1 2 4 3 / 1 2 4 3 / 1 4 6 3
    jax 1 2 4 3 / 1 2 4 3 / 1 4 6 3
    torch 1 2 4 3 / 1 2 4 3 / 1 4 6 3

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

layer = keras.layers.RandomCrop(height=2, width=4, seed=3)
x = np.ones((1, 4, 6, 3), "float32")
print(*layer.compute_output_shape(x.shape), end=" / ")
print(*layer(x, training=True).shape, "/", *layer(x, training=False).shape)

"""Equalization makes one histogram of a whole batch: an image depends on its neighbours.

Printed: the values of an image of four pixels when it is alone, and when a white one follows it.

Documentation: `keras.layers.Equalization`: "This layer applies equalization on a channel-wise
basis ... performing equalization independently on each color channel."

Gives:
    tensorflow 0 85 170 255 / 0 36 73 109
    jax 0 85 170 255 / 0 36 73 109
    torch 0 85 170 255 / 0 36 73 109

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

image = np.array([10.0, 20.0, 30.0, 40.0], "float32").reshape(1, 2, 2, 1)
answers = []
for batch in (image, np.concatenate([image, 0 * image + 255])):
    y = keras.ops.convert_to_numpy(keras.layers.Equalization()(batch))
    answers.append(" ".join(str(round(float(v))) for v in y[0].flat))
print(" / ".join(answers))

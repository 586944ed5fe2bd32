"""RandomBrightness adds bytes to bytes: what would be brighter than white begins anew at black.

What is added is cast to the type of the images, and so is the sum: 250 + 51 is 45. Printed: a row
of bytes after a fifth of 255 was added, and of the same numbers as floats.

Documentation: `keras.layers.RandomBrightness`: "Inputs: ... with float or int dtype. Input pixel
values can be of any range (e.g. `[0., 1.)` or `[0, 255]`) ... By default, the layer will output
floats. The output value will be clipped to the range `[0, 255]`".

Gives:
    tensorflow 151 255 45 / 151 255 255
    jax 151 255 45 / 151 255 255
    torch 151 255 45 / 151 255 255

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

row = np.array([100, 204, 250]).reshape(1, 1, 3, 1)
answers = []
for dtype in ("uint8", "float32"):
    layer = keras.layers.RandomBrightness((0.2, 0.2))
    y = layer(keras.ops.convert_to_tensor(row.astype(dtype)), training=True)
    answers.append(" ".join(str(round(float(v))) for v in keras.ops.convert_to_numpy(y).flat))
print(" / ".join(answers))

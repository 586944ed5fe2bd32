"""RandomSaturation of images from 0 to 255 makes colours that there are not.

Saturation is a share, from 0 to 1, whatever the range of the pixels is; but what it becomes is
limited by the largest pixel. So a pixel of (200, 100, 100), half saturated, becomes nine times as
much, 4.5, and its other two colours 200 (1 - 4.5) = -700. With values from 0 to 1 it is limited to
1: (200, 0, 0) of 255. Printed: both, as shares of 255.

Documentation: `keras.layers.RandomSaturation`: "`factor=1.0` makes the image fully saturated.";
`value_range`: "This is typically either `[0, 1]` or `[0, 255]` depending on how your preprocessing
pipeline is set up."

Gives:
    tensorflow 200 -700 -700 / 200 0 0
    jax 200 -700 -700 / 200 0 0
    torch 200 -700 -700 / 200 0 0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

pixel = np.array([200.0, 100.0, 100.0], "float32").reshape(1, 1, 1, 3)
answers = []
for high in (255, 1):
    layer = keras.layers.RandomSaturation((0.9, 0.9), value_range=(0, high))
    y = keras.ops.convert_to_numpy(layer(pixel * high / 255, training=True)) * 255 / high
    answers.append(" ".join(str(round(float(v)) + 0) for v in y.flat))
print(" / ".join(answers))

"""On TensorFlow and JAX, RandomElasticTransform moves a pixel as far down as to the right.

The two ways of a pixel are drawn with one and the same seed, and so are the same numbers: the sheet
is pulled along its diagonal only. Printed: how many pixels of a ramp that grows to the right, and
of one that grows downwards, are not changed alike.

Documentation: `keras.ops.image.elastic_transform`: "Applies elastic deformation to the image(s)";
nothing of a direction.

Gives:
    tensorflow 0
    jax 0
    torch 64

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

down, right = np.mgrid[:16, :16].astype("float32")
ways = []
for ramp in (down, right):
    bent = keras.ops.image.elastic_transform(
        ramp[..., None], alpha=3.0, sigma=1.0, fill_mode="nearest", seed=1
    )
    ways.append(keras.ops.convert_to_numpy(bent)[4:12, 4:12, 0] - ramp[4:12, 4:12])
print(np.count_nonzero(np.round(ways[0] - ways[1], 3)))

"""AugMix with a seed is not repeatable: it asks Python's random numbers too.

Which transformations it chains is drawn by the module `random`, whatever the layer's seed. Printed:
whether four layers of the same seed answer alike.

Documentation: `keras.layers.AugMix`: "seed: Integer. Used to create a random seed".

Gives:
    tensorflow False
    jax False
    torch False

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import random

import keras
import numpy as np

images = np.arange(192, dtype="float32").reshape(1, 8, 8, 3)
answers = []
for other in (0, 1, 2, 3):
    random.seed(other)
    layer = keras.layers.AugMix(seed=3)
    answers.append(keras.ops.convert_to_numpy(layer(images, training=True)))
print(all(np.array_equal(answers[0], answer) for answer in answers))

"""On torch, RandomElasticTransform and `elastic_transform` do not look at their seed.

The generator that the seed gives is taken for shapes alone, where nothing is drawn; numbers come
from torch's own generator, which all share. Printed: whether two calls with one seed give the same.

Documentation: `keras.layers.RandomElasticTransform`: "seed: Integer. Used to create a random seed."

Gives:
    tensorflow True
    jax True
    torch False

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

image = np.arange(192, dtype="float32").reshape(8, 8, 3)
one, other = (keras.ops.image.elastic_transform(image, seed=3) for _ in range(2))
print(np.array_equal(keras.ops.convert_to_numpy(one), keras.ops.convert_to_numpy(other)))

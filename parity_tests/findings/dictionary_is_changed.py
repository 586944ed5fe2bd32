"""RandomCrop and RandomFlip put their answer into the dictionary that they were given.

So what was given is lost; a second call, or what is made of the same data after it, begins with the
answer of the first. Printed: the sum of the images in a dictionary before and after a layer was
called with it.

Documentation: `keras.layers.Layer`: layers "encapsulate ... a transformation from inputs to
outputs"; of inputs that are changed nothing is said.

Gives:
    tensorflow False True False
    jax False True False
    torch False True False

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

found = []
for layer in (
    keras.layers.RandomCrop(1, 1),
    keras.layers.CenterCrop(1, 1),
    keras.layers.RandomFlip("horizontal", seed=1),
):
    given = np.arange(12, dtype="float32").reshape(1, 2, 2, 3)
    data = {"images": given, "labels": np.ones(1, "float32")}
    layer(data, training=True)
    found.append(data["images"] is given)
print(*found)

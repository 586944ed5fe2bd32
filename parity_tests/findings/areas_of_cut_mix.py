"""CutMix mixes labels by an area that its patch does not have.

The sides of the patch are drawn as fractions of pixels, and the labels are mixed by their product;
but the patch is of whole pixels, fewer or more. Printed: for how many of 20 seeds the first of a
black and a white image of 4 x 4 pixels gets more than 0.05 more or less of the white one's label
than it gets of its pixels.

Documentation: `keras.layers.CutMix`: "patches are cut and pasted between two images in the dataset,
while the labels are also mixed proportionally to the area of the patches."

Gives:
    tensorflow 4
    jax 9
    torch 5

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

tensor, plain = keras.ops.convert_to_tensor, keras.ops.convert_to_numpy
images = np.array([0.0, 1.0], "float32").reshape(2, 1, 1, 1) * np.ones((2, 4, 4, 1), "float32")
apart = 0
for seed in range(20):
    layer = keras.layers.CutMix(seed=seed)
    given = {"images": tensor(images), "labels": tensor(np.eye(2, dtype="float32"))}
    mixed = {name: plain(part)[0] for name, part in layer(given, training=True).items()}
    apart += abs(mixed["images"].mean() - mixed["labels"][1]) > 0.05
print(apart)

"""Without training, image layers draw numbers all the same: their seed moves.

RandomHue, RandomSaturation, RandomSharpness, RandomColorDegeneration, RandomPosterization,
RandomGrayscale and MixUp draw a transformation and throw it away: what a training draws depends on
how many batches were predicted before. Printed: the counter of the seed after one prediction, and
two.

Documentation: `keras.layers.RandomHue`: "seed: Integer. Used to create a random seed"; without
training it gives the images back.

Gives:
    tensorflow 2 4
    jax 2 4
    torch 2 4

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

images = np.ones((1, 4, 4, 3), "float32")
layer = keras.layers.RandomHue(0.5, seed=3)
states = []
for _ in range(2):
    layer(images, training=False)
    states.append(int(keras.ops.convert_to_numpy(layer.generator.state.value)[1]))
print(*states)

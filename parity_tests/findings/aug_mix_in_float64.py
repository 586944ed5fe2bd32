"""In float64, on TensorFlow, AugMix ends in an error where it draws certain transformations.

One of them multiplies images of float64 with numbers of float32. Which are drawn, the module
`random` decides. Printed: the errors of twelve calls.

Documentation: `keras.layers.AugMix`: "Performs the AugMix data augmentation technique", and nothing
of types.

Gives:
    tensorflow InvalidArgumentError
    jax nothing refused
    torch nothing refused

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import random

import keras
import numpy as np

keras.config.set_floatx("float64")
layer, refused = keras.layers.AugMix(seed=3), set()
for seed in range(12):
    random.seed(seed)
    try:
        layer(np.ones((1, 4, 6, 3)), training=True)
    except Exception as error:
        refused.add(type(error).__name__)
print(*(sorted(refused) or ["nothing refused"]))

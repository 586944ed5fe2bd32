"""On TensorFlow, RandomElasticTransform in `fit` makes all images of a batch the first one.

There the size of a batch is not known, and is taken for 1: the first image is bent, and put in the
place of all. On JAX it fails there. Printed: the mean of two images, one of ones and one of threes,
after the layer alone and in a model, as its loss.

Documentation: `keras.layers.RandomElasticTransform`: "A preprocessing layer that applies random
elastic transformations", to "a batch of images" too.

Gives:
    tensorflow 2.0 1.0
    jax 2.0 AttributeError
    torch 2.0 2.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

images = np.ones((2, 8, 8, 1), "float32") * np.array([1, 3], "float32").reshape(2, 1, 1, 1)
alone = keras.layers.RandomElasticTransform((1.0, 1.0), seed=1)(images)
layer = keras.layers.RandomElasticTransform((1.0, 1.0), seed=1)
dense = keras.layers.Dense(1, kernel_initializer="ones")
model = keras.Sequential([keras.Input((8, 8, 1)), layer, keras.layers.Flatten(), dense])
model.compile("sgd", loss=lambda y, p: p / 64)
try:
    history = model.fit(images, np.ones((2, 1)), shuffle=False, verbose=0).history
    loss = round(history["loss"][0], 3)
except Exception as error:
    loss = type(error).__name__
print(round(float(keras.ops.mean(alone)), 3), loss)

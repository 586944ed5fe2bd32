"""SpectralNormalization changes the kernel of a layer that is frozen.

Called in training it divides the kernel by its norm and writes it back, trainable or not. Printed:
an entry of the kernel before and after.

Documentation: `keras.layers.Layer`: "trainable: Boolean, whether the layer's variables should be
trainable".

Gives:
    tensorflow 1.0 0.5
    jax 1.0 0.5
    torch 1.0 0.5

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

layer = keras.layers.SpectralNormalization(keras.layers.Dense(1, kernel_initializer="ones"))
x = np.ones((1, 4), "float32")
layer(x)
layer.trainable = False
before = layer.get_weights()[0][0, 0]
layer(x, training=True)
print(float(before), round(float(layer.get_weights()[0][0, 0]), 4))

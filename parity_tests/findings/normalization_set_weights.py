"""Normalization goes on with its old numbers after set_weights, on TensorFlow and JAX.

Its mean and variance are weights. What it computes with is made of them when the layer is built, is
adapted, or loads a file, and not when they are set; so of two layers with equal weights one
normalizes and the other does not. On torch the numbers happen to be views of the weights.

Documentation: `keras.layers.Layer.set_weights`: "Sets the values of `layer.weights` from a list of
NumPy arrays." `Normalization`: "Compute the mean and variance of the data and store them as the
layer's weights."

Gives:
    tensorflow [3.0, 5.0]
    jax [3.0, 5.0]
    torch [1.0, 1.0]

Kind: backends disagree
Quirk: K35
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

layer = keras.layers.Normalization()
layer.build((None, 2))
layer.set_weights([np.array([1.0, 2.0]), np.array([4.0, 9.0]), np.array(0)])
print(np.array(keras.ops.convert_to_numpy(layer(np.array([[3.0, 5.0]]))))[0].tolist())

"""In a model, the layer Equalization does nothing.

Its `compute_output_spec` gives the very tensor that it was given, so that the model finds no layer
between that tensor and the next one, and leaves it out. Called on a batch it works. Printed: the
values of an image of two greys, by the layer and by a model of it.

Documentation: `keras.layers.Equalization`: "Preprocessing layer for histogram equalization on image
channels"; nothing of a difference between a call and a model.

Gives:
    tensorflow [0.0, 255.0] [100.0, 120.0]
    jax [0.0, 255.0] [100.0, 120.0]
    torch [0.0, 255.0] [100.0, 120.0]

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

image = np.array([100.0, 120.0], "float32").reshape(1, 1, 2, 1)
layers = [keras.Input((1, 2, 1)), keras.layers.Equalization(), keras.layers.Rescaling(1.0)]
model = keras.Sequential(layers)
for equalize in (keras.layers.Equalization(), model.predict_on_batch):
    print(np.ravel(keras.ops.convert_to_numpy(equalize(image))).tolist(), end=" ")

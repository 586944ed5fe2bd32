"""The example of MaxNumBoundingBoxes in its documentation ends in an error.

The format of the boxes is missing, and must be given. Printed: how the example ends.

Documentation: `keras.layers.MaxNumBoundingBoxes`: "max_boxes_layer =
keras.layers.MaxNumBoundingBoxes(max_number=10, fill_value=-1)", called on images and boxes.

Gives:
    tensorflow ValueError
    jax ValueError
    torch ValueError

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

layer = keras.layers.MaxNumBoundingBoxes(max_number=10, fill_value=-1)
boxes = {"boxes": np.array([[[10, 20, 100, 150]]]), "labels": np.array([[1]])}
try:
    layer({"images": np.zeros((1, 224, 224, 3), "uint8"), "bounding_boxes": boxes})
    print("done")
except ValueError as error:
    print(type(error).__name__)

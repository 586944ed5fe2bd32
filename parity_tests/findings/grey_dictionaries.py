"""RandomGrayscale cannot be called on a dictionary of images and labels.

It asks the dictionary for its shape. All other image layers take such a dictionary. Printed: what
the call comes to.

Documentation: `keras.layers.RandomGrayscale` says nothing of it; the guides give all image layers
dictionaries of images, labels, boxes and masks.

Gives:
    tensorflow AttributeError
    jax AttributeError
    torch AttributeError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

try:
    keras.layers.RandomGrayscale()({"images": np.ones((2, 4, 4, 3)), "labels": np.ones((2, 1))})
except Exception as error:
    print(type(error).__name__)

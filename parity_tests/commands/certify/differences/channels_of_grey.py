r"""RandomGrayscale asks no image for three channels; from 3.15 on it does.

Printed: the error for two.

Tests:
    test_image_layers test_refused\[(axes|channels)\]

Gives:
    3.12 InvalidArgumentError
    3.13 InvalidArgumentError
    3.14 InvalidArgumentError
    3.15 ValueError
"""

import keras
import numpy as np

try:
    keras.layers.RandomGrayscale()(np.ones((1, 4, 4, 2), "float32"))
    print("fine")
except Exception as error:
    print(type(error).__name__)

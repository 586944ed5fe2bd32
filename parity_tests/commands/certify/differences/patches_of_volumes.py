r"""ops.image.extract_patches knows no volumes; from 3.14 on it does.

Printed: the shape of the patches.

Tests:
    test_pixels test_extract_patches(_3d$|\[\{'size': \(1, 2, 3, 4\)\}\])

Gives:
    3.12 TypeError
    3.13 TypeError
    3.14 (1, 2, 2, 2, 1)
    3.15 (1, 2, 2, 2, 1)
"""

import keras
import numpy as np

try:
    print(keras.ops.image.extract_patches(np.ones((1, 2, 2, 2, 1), "float32"), (1, 1, 1)).shape)
except Exception as error:
    print(type(error).__name__)

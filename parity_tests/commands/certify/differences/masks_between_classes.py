r"""Layers of images interpolate segmentation masks; from 3.14 on they take the nearest class.

Printed: a mask of 0 and 1, three places wide.

Tests:
    test_what_goes_with_images\[(elastic|perspective|resizing|rotation|shear|translation|zoom)

Gives:
    3.12 [0.0, 0.5, 1.0]
    3.13 [0.0, 0.5, 1.0]
    3.14 [0.0, 1.0, 1.0]
    3.15 [0.0, 1.0, 1.0]
"""

import keras
import numpy as np

mask = np.array([0.0, 1.0], "float32").reshape(1, 1, 2, 1)
data = {"images": np.zeros((1, 1, 2, 3), "float32"), "segmentation_masks": mask}
found = keras.layers.Resizing(1, 3)({**data, "labels": np.ones((1, 1), "float32")})
print(keras.ops.convert_to_numpy(found["segmentation_masks"]).ravel().tolist())

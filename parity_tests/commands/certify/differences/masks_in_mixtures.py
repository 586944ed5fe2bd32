r"""AugMix and RandAugment fail on a mask of one channel; from 3.14 on they take it.

Printed: what becomes of a mask of one channel.

Tests:
    test_what_goes_with_images\[(aug mix|rand augment)

Gives:
    3.12 InvalidArgumentError
    3.13 InvalidArgumentError
    3.14 (2, 4, 4, 1)
    3.15 (2, 4, 4, 1)
"""

import keras
import numpy as np

images = np.zeros((2, 4, 4, 3), "float32")
mask, labels = np.ones((2, 4, 4, 1), "float32"), np.eye(2, dtype="float32")
try:
    layer = keras.layers.RandAugment(seed=1)
    found = layer({"images": images, "segmentation_masks": mask, "labels": labels})
    print(found["segmentation_masks"].shape)
except Exception as error:
    print(type(error).__name__)

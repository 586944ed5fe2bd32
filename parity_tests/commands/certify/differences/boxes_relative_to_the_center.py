r"""Boxes given relative to an image by their center are multiplied by the wrong sides.

Printed: a box of the whole image, four wide and two high, in absolute corners.

Tests:
    test_convert_format\[rel_center_xywh

Gives:
    3.12 [0.0, 0.0, 2.0, 4.0]
    3.13 [0.0, 0.0, 2.0, 4.0]
    3.14 [0.0, 0.0, 2.0, 4.0]
    3.15 [0.0, 0.0, 4.0, 2.0]
"""

import keras
import numpy as np

box = np.array([[[0.5, 0.5, 1.0, 1.0]]], "float32")
found = keras.utils.bounding_boxes.convert_format(box, "rel_center_xywh", "xyxy", height=2, width=4)
print(np.asarray(found).ravel().tolist())

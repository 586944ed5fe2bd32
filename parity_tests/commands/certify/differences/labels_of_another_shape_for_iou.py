r"""BinaryIoU refuses labels of another shape than the predictions; from 3.15 on they are repeated.

Printed: the mean for one label and three predictions.

Tests:
    test_shapes test_labels_of_a_metric\[BinaryIoU-

Gives:
    3.12 InvalidArgumentError
    3.13 InvalidArgumentError
    3.14 InvalidArgumentError
    3.15 1.0
"""

import keras
import numpy as np

try:
    print(round(float(keras.metrics.BinaryIoU()(np.ones(1), np.ones(3))), 3))
except Exception as error:
    print(type(error).__name__)

r"""Discretization finds other boundaries where its summary is a coarse one; 3.15 weighs them anew.

Printed: those of squares, with a coarse summary.

Tests:
    test_encoding test_batches_count_as_much_as_they_hold

Gives:
    3.12 [9.0, 36.0]
    3.13 [9.0, 36.0]
    3.14 [9.0, 36.0]
    3.15 [8.2, 29.8, 69.4]
"""

import keras
import numpy as np

layer = keras.layers.Discretization(num_bins=4, epsilon=0.3)
layer.adapt(np.arange(12.0) ** 2)
print([round(float(boundary), 3) for boundary in layer.bin_boundaries])

r"""RandomZoom takes a factor of -1; from 3.14 on it refuses it.

Printed: what becomes of it.

Tests:
    test_image_layers test_refused\[zoom\]

Gives:
    3.12 fine
    3.13 fine
    3.14 ValueError
    3.15 ValueError
"""

import keras

try:
    keras.layers.RandomZoom(-1.0)
    print("fine")
except ValueError:
    print("ValueError")

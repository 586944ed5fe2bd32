r"""Conv2DTranspose takes an output padding as large as its strides; from 3.14 on it refuses it.

Printed: what becomes of it.

Tests:
    test_convolution test_mistakes\[output padding\]

Gives:
    3.12 fine
    3.13 fine
    3.14 ValueError
    3.15 ValueError
"""

import keras

try:
    keras.layers.Conv2DTranspose(2, 2, strides=2, output_padding=2)
    print("fine")
except ValueError:
    print("ValueError")

"""The configs of layers of images leave out data_format.

Printed: whether that of RandomBrightness has it.

Tests:
    'data_format'

Gives:
    3.12 False
    3.13 False
    3.14 False
    3.15 True
"""

import keras

print("data_format" in keras.layers.RandomBrightness(0.5).get_config())

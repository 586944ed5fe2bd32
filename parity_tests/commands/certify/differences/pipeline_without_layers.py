r"""A Pipeline from a config without layers ends in a KeyError; from 3.15 on it says why.

Printed: the error.

Tests:
    test_image_layers test_a_pipeline

Gives:
    3.12 KeyError
    3.13 KeyError
    3.14 KeyError
    3.15 ValueError
"""

import keras

try:
    keras.layers.Pipeline.from_config({})
    print("fine")
except (ValueError, KeyError, IndexError) as error:
    print(type(error).__name__)

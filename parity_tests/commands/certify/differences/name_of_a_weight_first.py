r"""add_weight with the name first says that the shape comes twice; from 3.14 on, what is wrong.

Printed: the error.

Tests:
    test_nothing_silent test_add_weight_with_its_name_first

Gives:
    3.12 TypeError
    3.13 TypeError
    3.14 ValueError
    3.15 ValueError
"""

import keras

try:
    keras.layers.Layer().add_weight("kernel", shape=(1,))
    print("fine")
except Exception as error:
    print(type(error).__name__)

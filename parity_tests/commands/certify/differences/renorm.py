"""BatchNormalization has no renorm yet.

Printed: whether it has the argument.

Tests:
    renorm

Gives:
    3.12 False
    3.13 False
    3.14 True
    3.15 True
"""

import inspect

import keras

print("renorm" in inspect.signature(keras.layers.BatchNormalization).parameters)

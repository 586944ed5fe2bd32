r"""Progbar has no stateless_metrics yet: what stands beside the bar is a mean of means.

Printed: whether it has the argument.

Tests:
    stateless_metrics
    test_same_text_in_the_loop

Gives:
    3.12 False
    3.13 False
    3.14 False
    3.15 True
"""

import inspect

import keras

print("stateless_metrics" in inspect.signature(keras.utils.Progbar).parameters)

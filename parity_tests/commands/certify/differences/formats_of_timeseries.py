r"""timeseries_dataset_from_array has no formats; from 3.14 on it has.

Printed: whether it has the argument.

Tests:
    test_timeseries test_refusals\[\{'format': 'csv'\}\]

Gives:
    3.12 False
    3.13 False
    3.14 True
    3.15 True
"""

import inspect

import keras

function = keras.utils.timeseries_dataset_from_array
print("format" in inspect.signature(function).parameters)

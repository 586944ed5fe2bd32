r"""fit says nothing when it cannot shuffle a generator; from 3.15 on it warns.

Printed: how many warnings tell of it.

Tests:
    test_streams test_a_generator_is_not_shuffled\[

Gives:
    3.12 0
    3.13 0
    3.14 0
    3.15 1
"""

import warnings

import keras
import numpy as np


def batches():
    """One batch."""
    yield np.ones((2, 1)), np.ones((2, 1))


model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model.fit(batches(), steps_per_epoch=1, verbose=0)
print(sum("shuffle" in str(warning.message) for warning in caught))

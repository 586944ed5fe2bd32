r"""Embedding takes any number for its sizes; from 3.15 on it refuses what is not positive.

Printed: what becomes of a vocabulary of minus one word.

Tests:
    input_dim
    output_dim
    test_limits\[

Gives:
    3.12 fine
    3.13 fine
    3.14 fine
    3.15 ValueError
"""

import keras

try:
    keras.layers.Embedding(-1, 2)
    print("fine")
except ValueError:
    print("ValueError")

"""skipgrams without a seed fails on Python 3.12 and later.

It draws its seed up to 10e6, which is a float, and no whole number: Python 3.11 warns of that, and
3.12 raises a TypeError. With `shuffle=False`, or a seed, nothing is drawn. Printed: whether Python
objected to it.

Documentation: `tf.keras.preprocessing.sequence.skipgrams`: "seed: Random seed."

Gives:
    tensorflow Python objects
    jax has none
    torch has none

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import warnings

import keras

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            tf.keras.preprocessing.sequence.skipgrams([1, 2, 3, 4], vocabulary_size=5)
            print("nothing")
        except (DeprecationWarning, TypeError):
            print("Python objects")
else:
    print("has none")

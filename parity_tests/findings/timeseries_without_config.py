"""TimeseriesGenerator.get_config ends in an AttributeError.

It asks the class above for its configuration, as its forerunner in Keras 2 did not; that class,
PyDataset, has none. `to_json` ends likewise. Printed: what get_config ends in.

Documentation: `tf.keras.preprocessing.sequence.TimeseriesGenerator.get_config`: "Returns the
TimeseriesGenerator configuration as Python dictionary."

Gives:
    tensorflow AttributeError
    jax has none
    torch has none

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    x = np.arange(10.0)
    generator = tf.keras.preprocessing.sequence.TimeseriesGenerator(x, x, length=2)
    try:
        generator.get_config()
        print("a configuration")
    except AttributeError:
        print("AttributeError")
else:
    print("has none")

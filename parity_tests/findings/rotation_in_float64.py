"""On TensorFlow RandomRotation cannot be used where the float type is float64.

Half of its numbers are of the float type, half are float32. Printed: how it ends.

Documentation: `keras.layers.RandomRotation`: "Input pixel values can be of any range (e.g.
`[0., 1.)` or `[0, 255]`) and of integer or floating point dtype."

Gives:
    tensorflow InvalidArgumentError
    jax done
    torch done

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

keras.config.set_floatx("float64")
try:
    keras.layers.RandomRotation(0.25)(np.ones((1, 4, 4, 1)), training=True)
    print("done")
except Exception as error:
    print(type(error).__name__)

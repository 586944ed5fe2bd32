"""A model with RandomShear can be saved, and not be loaded.

From one factor a the layer makes (-a, a), and writes that into its config; its constructor refuses
negative factors. Printed: the factor that is written, and what reading it comes to.

Documentation: `keras.layers.RandomShear`: "x_factor: A tuple of two floats. [...] Values should be
between `0.0` and `1.0`. [...] If a single number is given, the interval [-x_factor, x_factor]".

Gives:
    tensorflow (-0.3, 0.3) TypeError
    jax (-0.3, 0.3) TypeError
    torch (-0.3, 0.3) TypeError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

config = keras.layers.RandomShear(0.3).get_config()
try:
    keras.layers.RandomShear.from_config(config)
except Exception as error:
    print(config["x_factor"], type(error).__name__)

"""RandomGrayscale loses its seed where it is saved and loaded.

Its config does not hold it. Printed: the seeds that a loaded layer has, whose own was 3, and what a
RandomInvert has.

Documentation: `keras.layers.Layer.get_config`: "An object config is a Python dictionary
(serializable) containing the information needed to re-instantiate it."

Gives:
    tensorflow None 3
    jax None 3
    torch None 3

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras

grey, inverted = (
    cls.from_config(cls(0.5, seed=3).get_config())
    for cls in (keras.layers.RandomGrayscale, keras.layers.RandomInvert)
)
print(grey.seed, inverted.seed)

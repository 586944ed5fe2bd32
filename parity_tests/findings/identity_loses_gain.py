"""The config of an Identity initializer has no gain: loaded, it gives ones.

The class inherits a get_config that knows nothing. Printed: what it gives, and what the one that
its config makes gives.

Documentation: `keras.initializers.Identity`: "gain: Multiplicative factor to apply to the identity
matrix"; `Initializer.get_config`: "Returns the initializer's configuration as a JSON-serializable
dict".

Gives:
    tensorflow 2.0 1.0
    jax 2.0 1.0
    torch 2.0 1.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

initializer = keras.initializers.Identity(gain=2.0)
again = keras.initializers.Identity.from_config(initializer.get_config())
print(*(float(thing((1, 1))[0, 0]) for thing in (initializer, again)))

"""The example of RMSprop in its documentation ends in an error.

It calls `keras.backend.Variable` and `opt.minimize`, which there are not. Printed: whether they are
there.

Documentation: `keras.optimizers.RMSprop`: "opt.minimize(loss, [var1])", followed by 9.683772.

Gives:
    tensorflow False False
    jax False False
    torch False False

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

print(hasattr(keras.backend, "Variable"), hasattr(keras.optimizers.RMSprop(), "minimize"))

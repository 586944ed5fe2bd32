"""`set_floatx` reaches no layer once any layer has been built.

The first layer that is built without a type makes the float type of the moment the policy of all
layers to come, until `clear_session`. Losses and metrics ask for the float type anew: after a later
`set_floatx("float64")` they compute in another type than the layers.
Printed: the types of a layer and of a loss built after it.

Documentation: `keras.config.set_floatx`: "Set the default float dtype".
`keras.config.dtype_policy`: "Returns the current default dtype policy object".

Gives:
    tensorflow float32 float64
    jax float32 float64
    torch float32 float64

Kind: documentation
Quirk: K34
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

keras.layers.Dense(1)
keras.config.set_floatx("float64")
print(keras.layers.Dense(1).dtype, keras.losses.MeanSquaredError().dtype)

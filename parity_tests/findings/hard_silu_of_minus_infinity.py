"""hard_silu of minus infinity is NaN: it multiplies by a hard sigmoid that is 0.

Printed: hard_silu(-inf).

Documentation: `keras.activations.hard_silu`: "`0` if `if x < -3`".

Gives:
    tensorflow nan
    jax nan
    torch nan

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

x = keras.ops.convert_to_tensor([-float("inf")])
print(float(keras.activations.hard_silu(x)[0]))

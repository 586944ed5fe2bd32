"""MaxNorm and MinMaxNorm make weights smaller that are within the limit.

They multiply by norm / (1e-7 + norm), so that after every step all weights are smaller by a part of
1e-7 / norm: a vector of length 1e-7 loses half of itself, one of 0.01 a third in 40,000 steps.
Printed: what becomes of 1e-7 where the limit is 1.

Documentation: `keras.constraints.MaxNorm`: "Constrains the weights incident to each hidden unit to
have a norm less than or equal to a desired value".

Gives:
    tensorflow 5e-08 5e-08
    jax 5e-08 5e-08
    torch 5e-08 5e-08

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

w = keras.ops.convert_to_tensor([[1e-7]])
limits = keras.constraints.MaxNorm(1.0), keras.constraints.MinMaxNorm(0.0, 1.0)
print(*(f"{float(limit(w)[0, 0]):.0e}" for limit in limits))

"""MaxNorm and MinMaxNorm shorten small weights in every step, though they are within the limit.

An epsilon is added to the norm that is divided by; weights of norm 1e-5 lose one percent a step.
Printed: the norm of such weights after 100 applications.

Documentation: `keras.constraints.MaxNorm`: "Constrains the weights incident to each hidden unit to
have a norm less than or equal to a desired value", which they have.

Gives:
    tensorflow 3.3e-07
    jax 3.3e-07
    torch 3.3e-07

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

w, constraint = keras.ops.convert_to_tensor([[1e-5]]), keras.constraints.MaxNorm(2.0)
for _ in range(100):
    w = constraint(w)
print(f"{float(w[0, 0]):.1e}")

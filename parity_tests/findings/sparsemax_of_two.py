"""sparsemax adds up cumulative sums: its result does not sum to 1.

The threshold is to be made of the sum of the largest numbers; what is added up are the cumulative
sums of all of them. Printed: sparsemax([1, 0.9, 0]), which is [0.55, 0.45, 0].

Documentation: `keras.activations.sparsemax`: "Reference: Martins et.al., 2016", whose sparsemax is
the projection onto the probability simplex.

Gives:
    tensorflow [0.05, 0.0, 0.0]
    jax [0.05, 0.0, 0.0]
    torch [0.05, 0.0, 0.0]

Kind: defect
Quirk: K31
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y = keras.activations.sparsemax(keras.ops.convert_to_tensor(np.array([[1.0, 0.9, 0.0]], "float32")))
print([round(float(v), 3) for v in keras.ops.convert_to_numpy(y)[0]])

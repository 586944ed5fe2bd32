"""Nadam's epsilon is not the one that it says: it is added to the corrected moment's root.

Printed: the first step for a gradient of 1e-7, of a learning rate of 1.

Documentation: `keras.optimizers.Nadam`: "This epsilon is "epsilon hat" in the Kingma and Ba paper
(in the formula just before Section 2.1)", which is added to the root of v as it is: 0.034.

Gives:
    tensorflow 0.5314
    jax 0.5314
    torch 0.5314

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

w, optimizer = keras.Variable(np.zeros(1)), keras.optimizers.Nadam(1.0)
optimizer.build([w])
optimizer.apply([keras.ops.convert_to_tensor(np.array([1e-7], "float32"))])
print("%.4f" % -float(w[0]))

"""Nadam's momentum warms up in fifty steps, where the paper's takes ten thousand.

It is beta_1 (1 - 0.96^t / 2), without the factor 0.004 of the exponent. Printed: the first step for
a gradient of 1, of a learning rate of 1.

Documentation: `keras.optimizers.Nadam`: "Reference: Dozat, 2015", where the momentum of step t is
beta_1 (1 - 0.96^(t / 250) / 2), by which the step is 1.0564.

Gives:
    tensorflow 1.0628
    jax 1.0628
    torch 1.0628

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

w, optimizer = keras.Variable(np.zeros(1)), keras.optimizers.Nadam(1.0)
optimizer.build([w])
optimizer.apply([keras.ops.convert_to_tensor(np.ones(1, "float32"))])
print("%.4f" % -float(w[0]))

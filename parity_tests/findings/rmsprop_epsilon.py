"""RMSprop's epsilon is not the one that it says: it stands under the root.

Where gradients vanish, steps are at most 1 / sqrt(epsilon) = 3,162 times the gradient, and not
1 / epsilon = 10^7 times. Printed: the first step for a gradient of 1e-6, with a learning rate of 1.

Documentation: `keras.optimizers.RMSprop`: "This epsilon is "epsilon hat" in the Kingma and Ba paper
(in the formula just before Section 2.1)", so that the step is g / (sqrt(v) + epsilon) = 2.4.

Gives:
    tensorflow 0.0032
    jax 0.0032
    torch 0.0032

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

w, optimizer = keras.Variable(np.zeros(1)), keras.optimizers.RMSprop(1.0)
optimizer.build([w])
optimizer.apply([keras.ops.convert_to_tensor(np.array([1e-6], "float32"))])
print("%.4f" % -float(w[0]))

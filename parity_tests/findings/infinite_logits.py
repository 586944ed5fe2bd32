"""A logit of infinity, which the documentation allows, makes the loss NaN.

The loss is computed with 0 times infinity. Printed: the loss of the right class with an infinite
logit, which is 0.

Documentation: `keras.losses.BinaryCrossentropy`: "a logit, (i.e, value in [-inf, inf] when
`from_logits=True`)".

Gives:
    tensorflow nan
    jax nan
    torch nan

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y, z = np.array([[1.0]], "float32"), np.array([[np.inf]], "float32")
print(float(keras.losses.BinaryCrossentropy(from_logits=True)(y, z)))

"""On TensorFlow einsum computes something where an operand has more axes than its letters.

Equations that Keras knows become products and sums of its own, which never ask how many axes there
are; the error is lost. Printed: "a,b->ab" of (3,) and (1, 3), the second of which has two axes.

Documentation: `keras.ops.einsum`: "Evaluates the Einstein summation convention on the operands", as
`numpy.einsum`, which refuses.

Gives:
    tensorflow (1, 3, 3)
    jax refused
    torch refused

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

try:
    y = keras.ops.einsum("a,b->ab", np.ones(3, "float32"), np.ones((1, 3), "float32"))
    print(tuple(y.shape))
except Exception:
    print("refused")

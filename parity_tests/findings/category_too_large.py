"""On TensorFlow and JAX CategoryEncoding does not notice a category that is too large.

In eager calls it looks at the least category alone; the largest is encoded as none. Printed: what
is made of category 4 of 0 to 3.

Documentation: `keras.layers.CategoryEncoding`: "All inputs to the layer must integers in the range
`0 <= value < num_tokens`, or an error will be thrown."

Gives:
    tensorflow 0 0 0 0
    jax 0 0 0 0
    torch RuntimeError

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

try:
    layer = keras.layers.CategoryEncoding(4, "one_hot")
    print(*map(int, layer(np.array([4]))[0]))
except Exception as error:
    print(type(error).__name__)

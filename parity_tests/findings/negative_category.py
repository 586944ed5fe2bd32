"""On JAX and torch CategoryEncoding takes a negative category for none, without a word.

The bounds are looked at on TensorFlow alone. A -1, which often stands for "unknown", is lost.
Printed: what is made of the categories 0 and -1 of 0 to 3.

Documentation: `keras.layers.CategoryEncoding`: "All inputs to the layer must integers in the range
`0 <= value < num_tokens`, or an error will be thrown."

Gives:
    tensorflow InvalidArgumentError
    jax 1 0 0 0
    torch 1 0 0 0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import keras
import numpy as np

try:
    layer = keras.layers.CategoryEncoding(4, "multi_hot")
    print(*map(int, layer(np.array([[0, -1]]))[0]))
except Exception as error:
    print(type(error).__name__)

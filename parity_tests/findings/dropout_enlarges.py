"""On TensorFlow, a `noise_shape` larger than the input makes dropout enlarge the input.

A mask is meant to be stretched over the input; TensorFlow stretches either over the other. So
(2, 1) becomes (2, 3), as if every number had been there three times, where JAX and torch refuse.
The layer does as the function does, and foretells a shape that does not come. Printed: the shape
of what `random.dropout` gives for a (2, 1), or that it is refused.

Documentation: `keras.layers.Dropout`: "noise_shape: 1D integer tensor representing the shape of the
binary dropout mask that will be multiplied with the input ... inputs not set to 0 are scaled up";
its `compute_output_shape` is that of the input.

Gives:
    tensorflow (2, 3)
    jax refused
    torch refused

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

try:
    print(tuple(keras.random.dropout(np.ones((2, 1)), 0.5, noise_shape=(2, 3), seed=1).shape))
except (ValueError, RuntimeError):
    print("refused")

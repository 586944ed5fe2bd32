"""OrthogonalRegularizer cannot be used in float64.

Its factor and the sum it is multiplied with have two types: on TensorFlow the product is refused.
Printed: what `fit` ends in.

Documentation: `keras.regularizers.OrthogonalRegularizer`: nothing about types.
`keras.config.set_floatx`: "It is possible to use `float16`, `bfloat16`, `float32` or `float64`".

Gives:
    tensorflow InvalidArgumentError
    jax trained
    torch trained

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

keras.config.set_floatx("float64")
dense = keras.layers.Dense(2, kernel_regularizer=keras.regularizers.OrthogonalRegularizer())
model = keras.Sequential([keras.Input((2,)), dense])
model.compile("sgd", "mse", run_eagerly=True)
try:
    model.fit(np.ones((1, 2)), np.ones((1, 2)), verbose=0)
    print("trained")
except Exception as error:
    print(type(error).__name__)

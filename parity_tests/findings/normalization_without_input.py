"""A model that begins with Normalization of given numbers cannot be trained before it is built.

Without an Input the layer is built by `fit`, while the step is traced; what it keeps as mean and
variance are tensors of that trace, which the training step may not use. Printed: what `fit` ends
in.

Documentation: `keras.Sequential`: "Note that you can also omit the initial `Input`. In that case
the model doesn't have any weights until the first call to a training/evaluation method (since it
isn't yet built)".

Gives:
    tensorflow InaccessibleTensorError
    jax UnexpectedTracerError
    torch trained

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

normalization = keras.layers.Normalization(axis=None, mean=0.5, variance=4.0)
model = keras.Sequential([normalization, keras.layers.Dense(1)])
model.compile("sgd", "mse")
try:
    model.fit(np.ones((1, 2)), np.ones((1, 1)), verbose=0)
    print("trained")
except Exception as error:
    print(type(error).__name__)

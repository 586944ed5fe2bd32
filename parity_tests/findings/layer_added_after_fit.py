"""On TensorFlow a layer that is added to a fitted Sequential is neither trained nor asked.

`fit`, `evaluate` and `predict` keep the functions that they compiled for the old layers. After
`add`, a call of the model goes through the new layer, but `predict` gives the outputs of the old
one, and `fit` trains without it: no error, no warning. JAX and torch trace the model again, and the
optimizer says that it does not know the new weights. Printed: whether `predict` gives what the
model gives, and whether a second `fit` moved the new kernel, or what it raised.

Documentation: `keras.Sequential.add`: "Adds a layer instance on top of the layer stack."

Gives:
    tensorflow False False
    jax True ValueError
    torch True ValueError

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.ones((4, 3), "float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model.compile("sgd", "mse")
model.fit(x, x[:, :2], verbose=0)
model.predict(x, verbose=0)
model.add(keras.layers.Dense(2, kernel_initializer="ones"))
called = keras.ops.convert_to_numpy(model(x))
print(np.allclose(model.predict(x, verbose=0), called), end=" ")
try:
    model.fit(x, x[:, :2], verbose=0)
    print(not np.array_equal(model.get_weights()[2], np.ones((2, 2))))
except Exception as error:
    print(type(error).__name__)

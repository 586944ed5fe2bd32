"""On TensorFlow, use_ema=True and a model with nothing to train end fit in an AttributeError.

All epochs run, with a warning that there is nothing to train. Then fit replaces the weights by
their averages, which exist only once the optimizer has made a step; the message names a private
attribute of the optimizer. JAX and torch build the optimizer before the first step and end well, as
TensorFlow does without use_ema.

Documentation: `keras.optimizers.SGD`, `use_ema`: "exponential moving average (EMA) is
applied. EMA consists of computing an exponential moving average of the weights of the model". That
there must be something to train is not said.

Gives:
    tensorflow AttributeError
    jax trained
    torch trained

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import warnings

import keras
import numpy as np

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, trainable=False)])
model.compile(keras.optimizers.SGD(use_ema=True), "mse")
try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0)
    print("trained")
except AttributeError as error:
    print(type(error).__name__)

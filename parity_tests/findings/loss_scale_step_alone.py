"""On JAX LossScaleOptimizer can make no step outside `fit`: it leaves tracers in its variables.

It assigns inside a condition, which JAX traces; every other optimizer can `apply` there. Printed:
the weight after a step of size 1 along the gradient 1, from 1.

Documentation: `keras.optimizers.LossScaleOptimizer.apply`: "Update traininable variables according
to provided gradient values".

Gives:
    tensorflow 0.0
    jax UnexpectedTracerError
    torch 0.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras

weight = keras.Variable(1.0)
optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1.0), initial_scale=1.0)
optimizer.build([weight])
try:
    optimizer.apply([keras.ops.ones(())])
    print(float(weight.value))
except Exception as error:
    print(type(error).__name__)

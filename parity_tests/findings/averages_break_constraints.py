"""Averages of weights that are put in place break the constraint of the weights.

A step updates, averages and then constrains: what is averaged are weights that the constraint has
not seen. Printed: a weight under NonNeg after a step, and after the averages are put in place.

Documentation: `keras.optimizers.Optimizer`: "EMA consists of computing an exponential moving
average of the weights of the model"; the weights of the model are those that the constraint has
seen.

Gives:
    tensorflow 0.0 -1.0
    jax 0.0 -1.0
    torch 0.0 -1.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

w = keras.Variable([0.0])
w.constraint = keras.constraints.NonNeg()
optimizer = keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.5)
optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
before = float(w[0])
optimizer.finalize_variable_values([w])
print(before, float(w[0]))

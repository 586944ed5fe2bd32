"""Where a row of an Embedding is looked up twice, Adam squares the two gradients apart.

On TensorFlow the gradient of an Embedding stays a list of slices, one for each time that a row was
looked up, and `ops.square`, `ops.abs` and clipping work on each slice. The gradients 3 and -3 of
one row cancel, so nothing should move and Adam's velocity should stay 0; it becomes
(1 - beta_2) (9 + 9). All optimizers with a mean of squares do the same, and all kinds of clipping.
Printed: the velocity after a step.

Documentation: `keras.optimizers.Adam`: "the algorithm ... described in Kingma et al., 2014", where
g is the gradient.

Gives:
    tensorflow [0.018]
    jax [0.0]
    torch [0.0]

Kind: backends disagree
Quirk: K32
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

model = keras.Sequential(
    [keras.Input((2,), dtype="int32"), keras.layers.Embedding(1, 1), keras.layers.Flatten()]
)
model.compile(keras.optimizers.Adam(), lambda y, p: keras.ops.sum(y * p, axis=-1))
model.fit(np.array([[0, 0]]), np.array([[3.0, -3.0]]), verbose=0)
velocity = next(v for v in model.optimizer.variables if v.name.endswith("velocity"))
print([round(float(v), 6) for v in keras.ops.convert_to_numpy(velocity).ravel()])

"""With accumulated gradients, weights are averaged at every micro-batch, whether they moved or not.

So an average forgets twice as fast where two micro-batches are a step: the same training has
another average. `ema_overwrite_frequency`, too, puts it in place before the step that it should
follow. Printed: the average after three steps from 0 down by 1 each, with a momentum of a half: of
one batch a step, -1/4 - 2/4 - 3/2; and of two halves of it.

Documentation: `keras.optimizers.Optimizer`: "gradient_accumulation_steps: ... model & optimizer
variables will not be updated at every step; instead they will be updated every
`gradient_accumulation_steps` steps".

Gives:
    tensorflow -2.25 -2.375
    jax -2.25 -2.375
    torch -2.25 -2.375

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras
import numpy as np

found = []
for parts in (1, 2):
    optimizer = keras.optimizers.SGD(
        1.0, use_ema=True, ema_momentum=0.5,
        gradient_accumulation_steps=parts if parts > 1 else None,
    )  # fmt: skip
    weight = keras.Variable(np.zeros(1, "float32"))
    for _ in range(3 * parts):
        optimizer.apply([keras.ops.ones((1,))], [weight])
    optimizer.finalize_variable_values([weight])
    found.append(float(keras.ops.convert_to_numpy(weight)[0]))
print(*found)

"""The documentation of CosineDecay leaves the initial rate out of its warmup.

Printed: the rate in the middle of a warmup from 0.5 to 1, and what the documentation makes of it.

Documentation: `keras.optimizers.schedules.CosineDecay`: "total_delta = target_warmup -
initial_learning_rate; return completed_fraction * total_delta".

Gives:
    tensorflow 0.75 0.25
    jax 0.75 0.25
    torch 0.75 0.25

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

schedule = keras.optimizers.schedules.CosineDecay(0.5, 10, warmup_target=1.0, warmup_steps=4)
print(float(schedule(2)), 2 / 4 * (1.0 - 0.5))

"""CosineDecay from a whole number takes pi for 3, and never reaches its lowest rate.

The schedule computes in the type of its initial learning rate, and casts pi into it: for the
integer 1, pi is 3, and (1 + cos 3) / 2 is 0.005 instead of 0. With a warm-up, or restarts, it
raises a TypeError instead. Printed: the rate at the end of the decay.

Documentation: `keras.optimizers.schedules.CosineDecay`: "cosine_decay = 0.5 * (1 + cos(pi * step /
decay_steps))", and alpha, "minimum learning rate value for decay as a fraction", is 0.

Gives:
    tensorflow 0.005
    jax 0.005
    torch 0.005

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

schedule = keras.optimizers.schedules.CosineDecay(1, decay_steps=10)
print(round(float(schedule(10)), 4))

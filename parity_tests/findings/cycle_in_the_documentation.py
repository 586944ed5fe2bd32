"""PolynomialDecay with cycle=True begins its cycles a step later than it says.

At a multiple of `decay_steps` the rate is that of the end, not that of a new cycle. Printed: the
rates of steps 0, 10 and 11 with cycles of 10.

Documentation: `keras.optimizers.schedules.PolynomialDecay`: "If `cycle` is True then a multiple of
`decay_steps` is used, the first one that is bigger than `step`."

Gives:
    tensorflow 1.000 0.000 0.450
    jax 1.000 0.000 0.450
    torch 1.000 0.000 0.450

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

schedule = keras.optimizers.schedules.PolynomialDecay(1.0, 10, 0.0, cycle=True)
print(*[f"{float(schedule(step)):.3f}" for step in (0, 10, 11)])

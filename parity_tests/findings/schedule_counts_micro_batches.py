"""With gradient accumulation a schedule runs as many times faster as there are micro-batches.

The schedule is asked with the number of calls, where `optimizer.iterations` is the number of
updates. Printed: how far two updates lead with a rate that is halved at every step, without
accumulation and with two micro-batches an update: 1 + 1/2, and 1/2 + 1/8.

Documentation: `keras.optimizers.schedules.LearningRateSchedule`: "a `step` argument (scalar integer
tensor, the current training step count)"; "model & optimizer variables will not be updated at every
step".

Gives:
    tensorflow 1.5 0.625
    jax 1.5 0.625
    torch 1.5 0.625

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

halves = keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
rates = []
for steps in (None, 2):
    w = keras.Variable([0.0])
    optimizer = keras.optimizers.SGD(halves, gradient_accumulation_steps=steps)
    for _ in range(2 * (steps or 1)):
        optimizer.apply([keras.ops.convert_to_tensor([-1.0])], [w])
    rates.append(float(w[0]))
print(*rates)

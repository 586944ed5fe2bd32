"""In float64, Muon cannot be used with a schedule.

The rate of a schedule is cast to float32 and multiplied with float64. Printed: whether it takes a
step.

Documentation: `keras.optimizers.Muon`: "learning_rate: A float,
`keras.optimizers.schedules.LearningRateSchedule` instance".

Gives:
    tensorflow refused InvalidArgumentError
    jax a step
    torch a step

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

keras.config.set_floatx("float64")
schedule = keras.optimizers.schedules.PiecewiseConstantDecay([9], [0.5, 0.5])
w = keras.Variable([[1.0, 2.0]])
try:
    keras.optimizers.Muon(schedule).apply([keras.ops.convert_to_tensor([[1.0, 1.0]])], [w])
    print("a step")
except Exception as error:
    print("refused", type(error).__name__)

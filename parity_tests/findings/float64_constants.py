"""On TensorFlow a Python float that Keras casts to float64 keeps 24 bits.

`ops.cast` makes a tensor first, and TensorFlow makes a float32 tensor of a Python float. Adam's
beta_2 = 0.999 is off by 1.3e-8 in a float64 model, and the two backends' float64 trainings part
at the first step.

Documentation: `keras.ops.cast`: "Cast a tensor to the desired dtype". Nothing about a detour.

Gives:
    tensorflow 0.9990000128746033
    jax 0.999
    torch 0.999

Kind: defect
Quirk: K1
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import os

os.environ.setdefault("JAX_ENABLE_X64", "1")

import keras

print(float(keras.ops.cast(0.999, "float64")))

"""On JAX and torch the result of two float64 tensors is float32.

Keras's table of result types sends float64 to float32 on every backend but TensorFlow, "to be
aligned with JAX's default behavior", even when JAX is told to use 64 bits, and on torch, which
needs no telling. A float64 model computes in float32.

Documentation: `keras.backend.result_type`: "Returns the type from applying the Keras type
promotion rules". Its own example says that complex64 and int give float64.

Gives:
    tensorflow float64
    jax float32
    torch float32

Kind: defect
Quirk: K3
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import os

os.environ.setdefault("JAX_ENABLE_X64", "1")

import keras

print(keras.backend.result_type("float64", "float64"))

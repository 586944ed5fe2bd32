"""On TensorFlow with oneDNN a Dense layer with relu turns NaN into 0, in a graph and nowhere else.

The graph's optimizer makes one operation of the product, the bias and the relu, and oneDNN's kernel
for it computes max(x, 0) so that NaN becomes 0. relu6 and hard_sigmoid are swallowed alike. With
run_eagerly=True, with jit_compile=True, without a bias and with TF_ENABLE_ONEDNN_OPTS=0 the NaN
stays. A model with a NaN among its inputs or weights therefore predicts, and reports a loss, as if
nothing were wrong, while its kernel becomes NaN.

Documentation: `keras.activations.relu`: "max(x, 0), the element-wise maximum of 0 and the input
tensor", which for NaN is NaN in every other way to compute it.

Gives:
    tensorflow 0.0
    jax nan
    torch nan

Kind: defect
Needs: AVX512F
Quirk: K38
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, "relu")])
print(float(model.predict(np.array([[np.nan]]), verbose=0)[0, 0]))

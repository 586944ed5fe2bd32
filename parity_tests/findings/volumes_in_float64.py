"""On TensorFlow no pool of volumes can be taken in float64.

Neither kernel has doubles. Printed: how AveragePooling3D and MaxPooling3D of float64 end.

Documentation: `keras.layers.Layer`: "dtype: The dtype of the layer's computations and weights."

Gives:
    tensorflow NotFoundError InvalidArgumentError
    jax done done
    torch done done

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

for pool in (keras.layers.AveragePooling3D, keras.layers.MaxPooling3D):
    try:
        pool(2, dtype="float64")(np.ones((1, 2, 2, 2, 1)))
        print("done", end=" ")
    except Exception as error:
        print(type(error).__name__, end=" ")

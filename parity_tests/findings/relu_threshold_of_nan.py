"""A ReLU with a threshold makes 0 of NaN, and hides that something went wrong.

Printed: relu(NaN), and relu(NaN, threshold=1).

Documentation: `keras.activations.relu`: "threshold: A `float` giving the threshold value of the
activation function below which values will be damped or set to zero." NaN is not below it.

Gives:
    tensorflow nan 0.0
    jax nan 0.0
    torch nan 0.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

x = keras.ops.convert_to_tensor([float("nan")])
print(*[float(keras.activations.relu(x, threshold=t)[0]) for t in (0.0, 1.0)])

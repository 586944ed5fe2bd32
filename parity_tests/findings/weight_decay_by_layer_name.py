"""On JAX and torch no layer can be spared from weight decay by its name.

`exclude_from_weight_decay(var_names=...)` looks for the names in what the backend calls a variable:
on TensorFlow `sequential/dense_1/kernel:0`, elsewhere `kernel`. Printed: the weight of a layer that
is to be spared, after a step with nothing but decay; 1.0 where it was.

Documentation: `keras.optimizers.Optimizer.exclude_from_weight_decay`: "var_names: A list of
strings. If any string in `var_names` appear in the model variable's name, then this model variable
is excluded from weight decay."

Gives:
    tensorflow 1.0
    jax 0.5
    torch 0.5

Kind: backends disagree
Quirk: K16
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", name="spared")
model = keras.Sequential([keras.Input((1,)), dense])
optimizer = keras.optimizers.SGD(1.0, weight_decay=0.5)
optimizer.exclude_from_weight_decay(var_names=["spared"])
model.compile(optimizer, "mse")
model.fit(np.ones((1, 1)), np.ones((1, 1)), verbose=0)
print(float(dense.get_weights()[0][0, 0]))

"""On JAX and torch a network that is confidently wrong does not learn.

After a softmax the probabilities are clipped to [1e-7, 1 - 1e-7], and the derivative of a clip is
0 outside. The TensorFlow backend finds the logits behind the softmax and clips nothing. Printed:
by how much one step of SGD moves the weight of the wrong class, whose probability is 1.

Documentation: `keras.losses.SparseCategoricalCrossentropy`: "By default, we assume that `y_pred`
encodes a probability distribution". Neither the clip nor the difference is mentioned.

Gives:
    tensorflow 1.0
    jax 0.0
    torch 0.0

Kind: backends disagree
Quirk: K2
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(2, "softmax", use_bias=False)
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy")
dense.set_weights([np.array([[30.0, 0.0]])])
model.train_on_batch(np.ones((1, 1)), np.array([1]))
print(30.0 - float(dense.get_weights()[0][0, 0]))

"""On TensorFlow categorical cross-entropy's derivative takes for granted that labels sum to 1.

From logits z the loss is -sum y log softmax(z), and its derivative p sum(y) - y. TensorFlow's
kernel returns p - y. With the labels (1, 1) and equal logits the loss is at its minimum, and a
step should move nothing. Printed: the weights after one step from zero.

Documentation: `keras.losses.CategoricalCrossentropy`: "We expect labels to be provided in a
`one_hot` representation". Mixed, weighted and multi-hot labels are accepted without a word.

Gives:
    tensorflow [0.5, 0.5]
    jax [0.0, 0.0]
    torch [0.0, 0.0]

Kind: defect
Quirk: K6
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

dense = keras.layers.Dense(2, use_bias=False, kernel_initializer="zeros")
model = keras.Sequential([keras.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1.0), keras.losses.CategoricalCrossentropy(from_logits=True))
model.train_on_batch(np.ones((1, 1)), np.array([[1.0, 1.0]]))
print(dense.get_weights()[0][0].tolist())

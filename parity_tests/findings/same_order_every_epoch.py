"""On TensorFlow a seeded fit sees the samples in the same order in every epoch.

`fit` shuffles with `tf.random.shuffle` inside a tf.data map; after `set_random_seed` the
operation's seed is fixed, and every epoch's iterator begins with it anew. Printed: whether two
epochs of single samples show the same sequence of losses.

Documentation: `keras.Model.fit`: "shuffle: whether to shuffle the training data before each
epoch".

Gives:
    tensorflow True
    jax False
    torch False

Kind: defect
Quirk: K4
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

keras.utils.set_random_seed(1)
seen = []
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.0), loss=lambda y, p: y + 0 * p)
watch = keras.callbacks.LambdaCallback(
    on_train_batch_end=lambda batch, logs: seen.append(logs["loss"])
)
x = np.arange(8.0).reshape(8, 1)
model.fit(x, x, batch_size=1, epochs=2, verbose=0, callbacks=[watch])
print(seen[:8] == seen[8:])

"""On TensorFlow a convolution with channels first adds its bias along the columns.

Wherever the image that comes out is as wide as there are filters: Keras shapes the bias as (1,
filters, 1, 1), and its backend hands any sum with an array that has one axis alone to
`tf.nn.bias_add`, along the last axis if that is as long. A model computes and trains with its
biases on the wrong axis, for one width of its images and no other. Printed: what a kernel of zeros
and the biases 0 and 1 make of an image of two columns, first row of each filter.

Documentation: `keras.layers.Conv2D`: "a bias vector is created and added to the outputs", one
number for each filter.

Gives:
    tensorflow [[0, 1], [0, 1]]
    jax [[0, 0], [1, 1]]
    torch [[0, 0], [1, 1]]

Kind: defect
Quirk: K36
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

layer = keras.layers.Conv2D(2, 1, data_format="channels_first")
layer.build((None, 1, 2, 2))
layer.set_weights([np.zeros((1, 1, 1, 2), "float32"), np.array([0, 1], "float32")])
y = keras.ops.convert_to_numpy(layer(np.ones((1, 1, 2, 2), "float32")))
print(y[0, :, 0].astype(int).tolist())

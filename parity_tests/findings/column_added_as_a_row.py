"""On TensorFlow `ops.add` adds a column as a row, and EinsumDense its bias along another axis.

A second argument with one axis alone that is longer than 1 is handed to `tf.nn.bias_add` where the
first argument's last axis, or its second, is as long: that axis gets it, wherever the argument's
own axis stood. So (3, 1) is added to (3, 3) as (1, 3), and `Add()([a, b])` differs from
`Add()([b, a])`. Where the sizes differ, shapes are added that do not fit each other, (3, 1) and
(2, 3). An EinsumDense layer with `bias_axes="b"` and as many steps as units computes and trains
with its bias on the wrong axis. Printed: a square of zeros plus a column, and the layer's.

Documentation: `keras.ops.add`: "Add arguments element-wise", as `numpy.add`;
`keras.layers.EinsumDense`: `bias_axes` are "the axes to apply a bias on".

Gives:
    tensorflow [[0, 1], [0, 1]] [[0, 1], [0, 1]]
    jax [[0, 0], [1, 1]] [[0, 0], [1, 1]]
    torch [[0, 0], [1, 1]] [[0, 0], [1, 1]]

Kind: defect
Quirk: K36
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

square, column = np.zeros((2, 2), "float32"), np.array([[0.0], [1.0]], "float32")
layer = keras.layers.EinsumDense("abc,cd->abd", output_shape=(2, 2), bias_axes="b")
layer.build((None, 2, 2))
layer.set_weights([np.eye(2), column])
for found in (keras.ops.add(square, column), layer(square[None])[0]):
    print(keras.ops.convert_to_numpy(found).astype(int).tolist(), end=" ")

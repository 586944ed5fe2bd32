"""Once built, the config of a normalization holds other values than were given.

GroupNormalization writes the number of groups over -1, LayerNormalization and RMSNormalization a
list over the axis: from the config of a layer of six channels comes one that takes no other number.
Printed: the setting before and after the first call.

Documentation: `keras.layers.Layer.get_config`: "containing the information needed to re-instantiate
it".

Gives:
    tensorflow -1 6; -1 [-1]; -1 [-1];
    jax -1 6; -1 [-1]; -1 [-1];
    torch -1 6; -1 [-1]; -1 [-1];

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.ones((1, 4, 6), "float32")
for layer, name in (
    (keras.layers.GroupNormalization(groups=-1), "groups"),
    (keras.layers.LayerNormalization(), "axis"),
    (keras.layers.RMSNormalization(), "axis"),
):
    before = layer.get_config()[name]
    layer(x)
    print(before, layer.get_config()[name], end="; ")

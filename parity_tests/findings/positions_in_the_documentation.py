"""Examples of DepthwiseConv1D and SeparableConv2D give an argument another one's place.

The third place is that of `padding` or `strides`. Printed: how the example of each ends.

Documentation: `keras.layers.DepthwiseConv1D`: "y = keras.layers.DepthwiseConv1D(3, 3, 2,
activation='relu')(x)"; `keras.layers.SeparableConv2D`: "SeparableConv2D(3, 4, 3, 2, ...)".

Gives:
    tensorflow AttributeError AttributeError
    jax AttributeError AttributeError
    torch AttributeError AttributeError

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

layers = keras.layers
for layer, settings in (
    (layers.DepthwiseConv1D, (3, 3, 2)),
    (layers.SeparableConv2D, (3, 4, 3, 2)),
):
    try:
        layer(*settings, activation="relu")
        print("made", end=" ")
    except Exception as error:
        print(type(error).__name__, end=" ")

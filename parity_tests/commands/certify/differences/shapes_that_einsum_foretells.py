r"""EinsumDense foretells the shape of its first input's output; from 3.15 on of any input's.

Printed: the shape foretold before it is built.

Tests:
    test_layer_calls test_defaults\[EinsumDense\]
    test_shapes test_a_layer\[EinsumDense-

Gives:
    3.12 AttributeError
    3.13 AttributeError
    3.14 AttributeError
    3.15 (None, None, 2)
"""

import keras

try:
    layer = keras.layers.EinsumDense("abc,cd->abd", (None, 2))
    print(layer.compute_output_shape((None, None, 3)))
except AttributeError:
    print("AttributeError")

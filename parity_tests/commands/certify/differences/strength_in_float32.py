r"""L1 and L2 of a float64 weight: from 3.14 on, the strength is rounded to float32.

Printed: L2 of 3, with strength 0.1, in float64.

Tests:
    regularizers\.test_regularizers test_derivatives\[by hand-(?!regularizer/(hidden )?activity)
    test_layers test_derivatives\[by hand-.*/.*penalt(y|ies)
    expected to be a float tensor but is a double tensor \[Op:Mul\]
    test_overrides \S+\[regularizer-L2 times five\]
    'Mul' Op has type float64 that does not match type float32

Gives:
    3.12 0.9
    3.13 0.9
    3.14 0.9000000134110451
    3.15 0.9000000134110451
"""

import keras
import numpy as np

try:
    keras.config.set_floatx("float64")
    weight = keras.ops.convert_to_tensor(np.full(1, 3.0), "float64")
    print(float(keras.regularizers.L2(0.1)(weight)))
except Exception as error:
    print(type(error).__name__)
finally:
    keras.config.set_floatx("float32")

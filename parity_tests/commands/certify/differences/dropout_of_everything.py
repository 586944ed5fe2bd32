r"""random.dropout refuses a rate of 1.

Printed: what becomes of it.

Tests:
    test_dropout_is_keras\[1\.0
    test_noise test_noise\[(Spatial)?Dropout\S*-1\.0\]
    test_layers test_training\[dropout/all but

Gives:
    3.12 ValueError
    3.13 ValueError
    3.14 [0.0, 0.0]
    3.15 [0.0, 0.0]
"""

import keras
import numpy as np

try:
    print(np.asarray(keras.random.dropout(np.ones(2, "float32"), 1.0)).tolist())
except ValueError:
    print("ValueError")

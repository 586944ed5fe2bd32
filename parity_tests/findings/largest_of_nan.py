"""On TensorFlow max pooling leaves NaN out, and of a window of NaN alone makes a number.

The largest of NaN and 1 is 1, and of NaN alone the lowest number there is, -3.4e38 (in eager mode
and in a graph; -inf where XLA compiles it), which -inf becomes too. So a model that has become NaN
before a pool goes on with numbers. The gradient goes to the NaN all the same, or to the number next
to it: eager mode, a graph and XLA differ. Pools of other kinds keep NaN. Printed: the largest of
[NaN, 1], of [NaN, NaN] and of [-inf, -inf].

Documentation: `keras.layers.MaxPooling1D`: "taking the maximum value over a spatial window"; a
maximum with NaN is NaN in `keras.ops.max`.

Gives:
    tensorflow [1.0, -3.4028234663852886e+38, -3.4028234663852886e+38]
    jax [nan, nan, -inf]
    torch [nan, nan, -inf]

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.array([np.nan, 1, np.nan, np.nan, -np.inf, -np.inf], "float32").reshape(1, 6, 1)
y = keras.ops.max_pool(keras.ops.convert_to_tensor(x), (2,), (2,))
print(keras.ops.convert_to_numpy(y).ravel().tolist())

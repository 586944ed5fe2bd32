"""The largest of an empty segment is the least number on TensorFlow, minus infinity elsewhere.

Printed: the largest numbers of three segments, of which one is empty.

Documentation: `keras.ops.segment_max`: "Computes the max of segments in a tensor.", which says
nothing of empty ones.

Gives:
    tensorflow 1.0 -3.4028234663852886e+38 2.0
    jax 1.0 -inf 2.0
    torch 1.0 -inf 2.0

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x, segments = np.array([1.0, 2.0], "float32"), np.array([0, 2])
y = keras.ops.segment_max(x, segments, 3)
print(*keras.ops.convert_to_numpy(y).tolist())

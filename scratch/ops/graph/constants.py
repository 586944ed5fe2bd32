"""How a Python float becomes a number of an array's type (quirk K1).

tf.keras turns a Python float into a float32 tensor before it casts it to float64: 0.999 becomes
0.99900001287. `constant` does the same, unless quirk K1 is off. In float32 there is no difference.
"""

from typing import Any

import numpy as np

from scratch import quirks


def constant(value: float, like: Any) -> np.floating:
    """`value` as a scalar of the type of `like` (an array, a Variable or a symbol).

    Complex arrays (complex-step derivatives) count as float64.
    """
    dtype = np.dtype(getattr(like, "dtype", None) or "float32")
    if dtype.kind == "c":
        dtype = np.dtype("float64")
    if quirks.active("K1"):
        value = float(np.float32(value))
    return dtype.type(value)

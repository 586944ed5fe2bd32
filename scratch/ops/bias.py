"""Addition as Keras's backend does it: what looks like a bias is added as one (quirk K36)."""

from typing import Any

import numpy as np

from scratch import quirks
from scratch.ops.arithmetic import add_
from scratch.ops.graph.operation import to_symbol
from scratch.ops.graph.symbol import Symbol
from scratch.ops.shape import reshape


def add(x1: Any, x2: Any) -> Any:
    """`x1 + x2`; an `x2` that looks like a bias is added as one, see `bias_shape`."""
    own = _shape(x2)
    shape = bias_shape(_shape(x1), own)
    if shape != own:
        # Of a variable alone `reshape` would be an array, and the graph would not know of it.
        x2 = reshape(to_symbol(x2) if isinstance(x1, Symbol) else x2, shape)
    return add_(x1, x2)


def _shape(x: Any) -> Any:
    return x.shape if hasattr(x, "shape") else np.shape(x)


def bias_shape(shape: Any, of: Any) -> Any:
    """The shape in which an array of shape `of` is added to one of `shape` (quirk K36).

    TensorFlow's backend hands the sum to `tf.nn.bias_add` where `of` has one axis alone that is
    longer than 1, and the other's last or second axis is as long. It is added along that axis then,
    wherever it stood itself: (3, 1) to (3, 3) as (3,). In every other case `of` is returned.
    """
    if of is None or shape is None or len(shape) < 2 or not quirks.active("K36"):
        return of
    sizes = [n for n in of if n is None or n > 1]
    if len(sizes) != 1 or sizes[0] is None or sizes[0] not in (shape[1], shape[-1]):
        return of
    return (*sizes, *[1] * (0 if sizes[0] == shape[-1] else len(shape) - 2))

"""Masks: which steps of a tensor count. A mask travels with its tensor from layer to layer.

    mask[i, t] is False   ->   step t of sample i is padding

An array holds no attributes, so masks are kept beside the tensors, and go when those go.
"""

import weakref
from typing import Any

_masks: dict[int, tuple[Any, Any]] = {}  # from a tensor's identity to (weak reference, mask)


def get_keras_mask(x: Any) -> Any:
    """The mask that came with the tensor `x`, or None."""
    found = _masks.get(id(x))
    return None if found is None else found[1]


def set_keras_mask(x: Any, mask: Any) -> None:
    """Lets `mask` travel with the tensor `x`; None takes it away."""
    key = id(x)
    if mask is None:
        _masks.pop(key, None)
    else:
        _masks[key] = (weakref.ref(x, lambda _: _masks.pop(key, None)), mask)

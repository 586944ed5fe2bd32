"""Masks: which steps of a tensor count. A mask travels with its tensor from layer to layer.

    mask[i, t] is False   ->   step t of sample i is padding

A KerasTensor holds its mask itself, so that copies have it too. An array or a symbol holds no
attributes: their masks are kept beside them, and go when those go.
"""

import functools
import weakref
from typing import Any

import numpy as np

_masks: dict[int, tuple[Any, Any]] = {}  # from a tensor's identity to (weak reference, mask)


def get_keras_mask(x: Any) -> Any:
    """The mask that came with the tensor `x`, or None."""
    found = _masks.get(id(x))
    if found is not None:
        return found[1]
    return None if x.__class__ is np.ndarray else getattr(x, "keras_mask", None)


def set_keras_mask(x: Any, mask: Any) -> None:
    """Attaches `mask` to the tensor `x`; None detaches it."""
    if hasattr(x, "keras_mask"):
        x.keras_mask = mask
        return
    key = id(x)
    if mask is None:
        _masks.pop(key, None)
    else:
        # Bound, for the module may be gone by the time that the tensor goes.
        forget = functools.partial(_masks.pop, key)
        _masks[key] = (weakref.ref(x, lambda _: forget(None)), mask)

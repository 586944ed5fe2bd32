"""The logits behind a prediction (quirk K2).

    p = sigmoid(z)   or   p = softmax(z)        z travels with p, and a cross-entropy that is given
                                                p reads z

Keras on TensorFlow hides z in the tensor p. It is found as long as that very tensor is handed on:
by layers that do nothing, by a model, to a loss or a metric. What is computed from p (a slice, a
reshape, a cast to another type, p * 1) is another tensor, behind which nothing is found.

A symbol knows its inputs. Of an array, and of a symbol that stands for the output of a layer, the
logits are kept beside it, and go when it goes. An array may be written into, which a tensor of
TensorFlow may not: logits count only as long as p is still what comes of them.
"""

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import quirks

_logits: dict[int, tuple[Any, Any, Callable | None]] = {}  # from the identity of p, while it lives


def logits_of(p: Any) -> Any:
    """The logits of which `p`, an array or a symbol, was made; None where none are known."""
    if not quirks.active("K2"):
        return None
    if getattr(getattr(p, "op", None), "of_logits", False):
        several = isinstance(p.attributes.get("axis"), tuple)  # computed from reshaped logits
        return None if several else p.inputs[0]
    found = _logits.get(id(p))
    if found is None:
        return None
    _, z, again = found
    return z if again is None or _comes_of(p, again()) else None


def set_logits(p: Any, z: Any, again: Callable[[], Any] | None = None) -> None:
    """Attaches the logits `z` to `p`.

    `again` computes `p` anew, for arrays that somebody may have written into since.
    """
    key = id(p)
    found = _logits.get(key)
    if found is None or found[1] is not z:
        _logits[key] = (weakref.ref(p, lambda _: _logits.pop(key, None)), z, again)


def keep_logits(p: Any, same: Any) -> Any:
    """`same`, with the logits of the array `p` where it is no other array: a view of all of it."""
    found = _logits.get(id(p))
    if found is not None and same is not p and np.shares_memory(p, same):
        set_logits(same, *found[1:])
    return same


def _comes_of(p: np.ndarray, again: np.ndarray) -> bool:
    """Whether `p` is `again`, but for roundings: there is more than one way to compute it."""
    p, again = np.asarray(p), np.asarray(again)
    if p.shape != again.shape:
        return False
    limits = np.finfo(p.dtype)
    with np.errstate(all="ignore"):
        return np.allclose(p, again, rtol=64 * limits.eps, atol=limits.tiny, equal_nan=True)

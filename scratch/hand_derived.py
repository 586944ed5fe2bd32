"""A definition and its hand-derived pair.

Whatever can be differentiated is *defined* once, in `ops`, exactly as Keras defines it. Beside the
definition stands a class with two static methods, `forward` and `backward`: the same function
written for speed, and its derivative worked out by hand. Training uses the pair; the tests compare
it with the definition's own computational graph, with complex steps and with TensorFlow.

A function without a pair (one that a user wrote in `ops`) trains all the same: its graph is
differentiated, see `Layer.forward`.
"""

from collections.abc import Callable
from typing import Any

_pairs: dict[Callable, Any] = {}


def hand_derived(definition: Callable) -> Callable[[type], type]:
    """Class decorator: registers the class as the hand-derived pair of `definition`."""

    def register(pair: type) -> type:
        _pairs[definition] = pair
        return pair

    return register


def pair_of(definition: Callable) -> Any | None:
    """The hand-derived pair of `definition`, or None where it has only its graph."""
    return _pairs.get(definition)

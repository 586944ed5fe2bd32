"""A definition and its hand-derived pair.

Whatever can be differentiated is *defined* once, in `ops`, exactly as Keras defines it. Beside the
definition stands a class with two static methods, `forward` and `backward`: the same function
written for speed, and its derivative worked out by hand. Training uses the pair; the tests compare
it with the definition's own computational graph, with complex steps and with TensorFlow.

A function without a pair (one that a user wrote in `ops`) trains all the same: its graph is
differentiated, see `Layer.forward`.

The pair of an activation function y = f(z) computes backward from y, so that y may take the place
of z in memory; where that is not enough, the pair is registered with `reads_z`. A function with
settings of its own, `functools.partial(elu, alpha=0.5)`, has the pair with the same settings; where
one of them is a variable it has none, for there may be a derivative with respect to that.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

_PLAIN = (int, float, str, type(None), tuple, list, np.ndarray, np.generic)
_pairs: dict[Callable, Any] = {}
_pairs_with_settings: dict[Callable, Any] = {}
_of_logits: dict[str, Callable] = {}


def hand_derived(
    definition: Callable,
    *,
    reads_z: bool = False,
    settings: bool = False,
    of_logits: bool = False,
    writes: bool = True,
) -> Callable[[type], type]:
    """Class decorator: registers the class as the hand-derived pair of `definition`.

    Args:
        definition: the function.
        reads_z: whether backward wants z, the input of an activation, instead of y.
        settings: whether the pair serves `definition` only where it has settings of its own.
        of_logits: whether a cross-entropy of y = f(z) may read z (see `scratch.ops.graph.logits`).
        writes: whether `forward` and `backward` of an activation write into the memory that they
            are given, and return it.
    """

    def register(pair: Any) -> type:
        pair.reads_z, pair.writes = reads_z, writes
        if of_logits:
            _of_logits[definition.__name__] = definition
        (_pairs_with_settings if settings else _pairs)[definition] = pair
        return pair

    return register


def pair_of(definition: Callable) -> Any | None:
    """The hand-derived pair of `definition`, or None where it has only its graph."""
    found = _pairs.get(definition)
    if found is None and isinstance(definition, functools.partial):
        fn = definition.func
        pair = _pairs_with_settings.get(fn) or _pairs.get(fn)
        plain = all(isinstance(value, _PLAIN) for value in definition.keywords.values())
        if pair is None or definition.args or not plain:
            return None
        return _WithSettings(pair, definition.keywords)
    return found


def has_logits(activation: Any) -> bool:
    """Whether what `activation`, also with settings of its own, is applied to are logits."""
    return getattr(activation, "func", activation) in _of_logits.values()


def function_of_logits(name: str) -> Callable | None:
    """The activation function that the operation `name` of `ops` is, if it is one of logits."""
    return _of_logits.get(name)


class _WithSettings:
    """A pair whose functions are called with some settings."""

    def __init__(self, pair: Any, settings: dict[str, Any]) -> None:
        self.reads_z, self.writes = pair.reads_z, pair.writes
        self.forward = functools.partial(pair.forward, **settings)
        self.backward = functools.partial(pair.backward, **settings)

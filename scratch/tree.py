"""Nested structures, by Keras's names (`keras.tree`): tensors in lists, tuples and dictionaries.

flatten({"b": 1, "a": (2, 3)})   ->   [2, 3, 1]      dictionaries in the order of their keys

An `OrderedDict` keeps its own order.
"""

import warnings
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from scratch.context.absent import explain_absent

__all__ = [
    "assert_same_structure",
    "flatten",
    "is_nested",
    "lists_to_tuples",
    "map_structure",
    "pack_sequence_as",
]


_LEAVES = {np.ndarray, type(None), bool, int, float, str}


def is_nested(structure: Any) -> bool:
    """Whether it holds other things: a list, a tuple, a deque or a dictionary."""
    # Most are one of these; to ask an abstract class such as `Mapping` takes a microsecond.
    return structure.__class__ not in _LEAVES and isinstance(
        structure, list | tuple | deque | Mapping
    )


def flatten(structure: Any) -> list[Any]:
    """The leaves, in the order in which Keras visits them."""
    if not is_nested(structure):
        return [structure]
    return [leaf for part in parts(structure) for leaf in flatten(part)]


def map_structure(func: Callable, *structures: Any, none_is_leaf: bool = True) -> Any:
    """The first structure, each leaf replaced by `func` of the leaves at its place in all of them.

    Args:
        func: takes as many leaves as there are structures.
        structures: one or more, nested in the same way.
        none_is_leaf: False leaves None as it is, without a call of `func`.

    Raises:
        ValueError: for structures that differ, or none.
    """
    if not structures:
        raise ValueError("Must provide at least one structure")
    for other in structures[1:]:
        assert_same_structure(structures[0], other)

    def at(*places: Any) -> Any:
        first = places[0]
        if is_nested(first):
            rows = zip(*(parts(place, first) for place in places), strict=True)
            return with_parts(first, [at(*row) for row in rows])
        if none_is_leaf or not any(leaf is None for leaf in places):
            return func(*places)
        if any(leaf is not None for leaf in places):
            raise ValueError(f"Structures don't have the same nested structure: leaves={places}")
        return None

    return at(*structures)


def pack_sequence_as(structure: Any, flat_sequence: Any) -> Any:
    """The structure with the leaves of `flat_sequence`.

    Raises:
        ValueError: where their number is not that of the structure's leaves.
    """
    leaves = list(flat_sequence)
    if len(leaves) != len(flatten(structure)):
        raise ValueError(
            f"The structure has {len(flatten(structure))} leaves; got {len(leaves)} values"
        )
    return _pack(structure, iter(leaves))


def assert_same_structure(a: Any, b: Any, check_types: bool | None = None) -> None:
    """Raises ValueError where two structures differ in more than their leaves.

    Args:
        a, b: all dictionaries with the same keys are alike; a list and a tuple are not.
        check_types: without effect, as in Keras.
    """
    if check_types is not None:
        warnings.warn(
            "The `check_types` argument is deprecated and has no effect: please remove it.",
            DeprecationWarning,
            stacklevel=2,
        )
    same = _kind(a) is _kind(b)
    if same and isinstance(a, Mapping):
        same = set(a) == set(b)
    elif same and is_nested(a):
        same = len(a) == len(b)
    if not same:
        raise ValueError(
            f"`a` and `b` don't have the same structure. Received: structure of a={a}, b={b}"
        )
    if isinstance(a, Mapping):
        for key in a:
            assert_same_structure(a[key], b[key])
    elif is_nested(a):
        for x, y in zip(a, b, strict=True):
            assert_same_structure(x, y)


def _kind(structure: Any) -> type | None:
    if isinstance(structure, Mapping):
        return Mapping
    return type(structure) if is_nested(structure) else None


def lists_to_tuples(structure: Any) -> Any:
    """The structure with tuples in place of lists."""
    if not is_nested(structure):
        return structure
    found = [lists_to_tuples(part) for part in parts(structure)]
    return tuple(found) if isinstance(structure, list) else with_parts(structure, found)


def unpack_single(x: Any) -> Any:
    """The only entry of a list of one; anything else as it is."""
    return x[0] if isinstance(x, list | tuple) and len(x) == 1 else x


def in_order(structure: Mapping) -> list[Any]:
    """The keys of a dictionary in the order in which its values are visited."""
    if isinstance(structure, OrderedDict):
        return list(structure)
    try:
        return sorted(structure)
    except TypeError:  # keys of several types
        return list(structure)


def parts(structure: Any, like: Any = None) -> Iterable[Any]:
    """What a nested structure holds at its first level, in the order of `flatten`.

    With `like`, another structure of that kind, in the order of its keys.
    """
    if isinstance(structure, Mapping):
        return [structure[key] for key in in_order(structure if like is None else like)]
    return structure


def with_parts(structure: Any, new: Iterable[Any]) -> Any:
    """A structure of the same kind that holds other parts at its first level."""
    if isinstance(structure, Mapping):
        by_key = dict(zip(in_order(structure), new, strict=True))
        found = {key: by_key[key] for key in structure}
        if isinstance(structure, defaultdict):
            return defaultdict(structure.default_factory, found)
        return OrderedDict(found) if isinstance(structure, OrderedDict) else found
    if hasattr(structure, "_fields"):  # a named tuple
        return type(structure)(*new)
    if isinstance(structure, deque):
        return deque(new, structure.maxlen)
    return tuple(new) if isinstance(structure, tuple) else list(new)


def _pack(structure: Any, leaves: Iterator[Any]) -> Any:
    if is_nested(structure):
        return with_parts(structure, [_pack(part, leaves) for part in parts(structure)])
    return next(leaves)


explain_absent(__name__)

"""Nested structures: tensors in lists, tuples and dictionaries, to any depth.

flatten({"b": 1, "a": (2, 3)})   ->   [2, 3, 1]      dictionaries in the order of their keys

An `OrderedDict` keeps its own order.
"""

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np


def is_nested(structure: Any) -> bool:
    """Whether it holds other things: a list, a tuple, a deque or a dictionary."""
    # Most are arrays; to ask an abstract class such as `Mapping` takes a microsecond.
    return structure.__class__ is not np.ndarray and isinstance(
        structure, list | tuple | deque | Mapping
    )


def flatten(structure: Any) -> list[Any]:
    """The leaves, in the order in which Keras visits them."""
    if not is_nested(structure):
        return [structure]
    return [leaf for part in parts(structure) for leaf in flatten(part)]


def pack_as(structure: Any, leaves: Iterable[Any]) -> Any:
    """The structure with other leaves: the opposite of `flatten`."""
    return _pack(structure, iter(leaves))


def map_structure(function: Callable[[Any], Any], structure: Any) -> Any:
    """The structure with `function` applied to every leaf."""
    if not is_nested(structure):
        return function(structure)
    return pack_as(structure, [function(leaf) for leaf in flatten(structure)])


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

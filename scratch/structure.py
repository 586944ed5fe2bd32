"""Nested structures: tensors in lists, tuples and dictionaries, to any depth.

flatten({"b": 1, "a": (2, 3)})   ->   [2, 3, 1]      dictionaries in the order of their keys
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np


def is_nested(x: Any) -> bool:
    """Whether `x` holds other things: a list, a tuple or a dictionary."""
    # Most are arrays; to ask an abstract class such as `Mapping` takes a microsecond.
    return x.__class__ is not np.ndarray and isinstance(x, list | tuple | Mapping)


def flatten(structure: Any) -> list[Any]:
    """The leaves, in the order in which Keras visits them."""
    if not is_nested(structure):
        return [structure]
    if isinstance(structure, Mapping):
        return [leaf for key in _sorted(structure) for leaf in flatten(structure[key])]
    return [leaf for part in structure for leaf in flatten(part)]


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


def _pack(structure: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(structure, Mapping):
        packed = {key: _pack(structure[key], leaves) for key in _sorted(structure)}
        return {key: packed[key] for key in structure}
    if isinstance(structure, list | tuple):
        parts = [_pack(part, leaves) for part in structure]
        if hasattr(structure, "_fields"):  # a named tuple
            return type(structure)(*parts)
        return tuple(parts) if isinstance(structure, tuple) else parts
    return next(leaves)


def _sorted(structure: Mapping) -> list[Any]:
    try:
        return sorted(structure)
    except TypeError:  # keys of several types
        return list(structure)

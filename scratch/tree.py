"""Nested structures, by Keras's names (`keras.tree`)."""

from collections.abc import Callable, Mapping
from typing import Any

from scratch import structure
from scratch.structure import flatten, is_nested

__all__ = [
    "assert_same_structure",
    "flatten",
    "is_nested",
    "lists_to_tuples",
    "map_structure",
    "pack_sequence_as",
]


def map_structure(func: Callable, *structures: Any) -> Any:
    """The first structure, each leaf replaced by `func` of the leaves at its place in all of them.

    Raises:
        ValueError: for structures that differ.
    """
    for other in structures[1:]:
        assert_same_structure(structures[0], other)
    leaves = zip(*map(flatten, structures), strict=True)
    return structure.pack_as(structures[0], [func(*group) for group in leaves])


def pack_sequence_as(structure_like: Any, flat_sequence: Any) -> Any:
    """The structure with the leaves of `flat_sequence`.

    Raises:
        ValueError: where their number is not that of the structure's leaves.
    """
    leaves = list(flat_sequence)
    if len(leaves) != len(flatten(structure_like)):
        raise ValueError(
            f"The structure has {len(flatten(structure_like))} leaves; got {len(leaves)} values"
        )
    return structure.pack_as(structure_like, leaves)


def assert_same_structure(a: Any, b: Any) -> None:
    """Raises ValueError where two structures differ in more than their leaves."""
    same = is_nested(a) == is_nested(b) and (not is_nested(a) or type(a) is type(b))
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


def lists_to_tuples(structure_like: Any) -> Any:
    """The structure with tuples in place of lists."""
    if isinstance(structure_like, Mapping):
        return {key: lists_to_tuples(value) for key, value in structure_like.items()}
    if isinstance(structure_like, list | tuple) and not hasattr(structure_like, "_fields"):
        return tuple(map(lists_to_tuples, structure_like))
    return structure_like

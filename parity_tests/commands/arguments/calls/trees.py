"""`tree`: nested lists, tuples and dictionaries."""

from typing import Any

from parity_tests.commands.arguments.calls.call import Call

_NESTED = {"a": [1, 2], "b": (3, None)}
_OTHER = {"a": [5, 6], "b": (7, 8)}


def _with_kinds(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    return repr(thing(**given))


def _negative(leaf: Any) -> Any:
    return None if leaf is None else -leaf


def _doubled(leaf: Any) -> Any:
    return [leaf, leaf]


def _mapped(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    structures = given.pop("structures")
    return repr(thing(given.pop("func"), *structures, **given))


TREES = {
    "tree.flatten": Call({"structure": _NESTED}, {"structure": _OTHER}),
    "tree.is_nested": Call({"structure": _NESTED}, {"structure": 3}),
    "tree.lists_to_tuples": Call(
        {"structure": _NESTED}, {"structure": [_NESTED, [3]]}, look=_with_kinds
    ),
    "tree.pack_sequence_as": Call(
        {"structure": _NESTED, "flat_sequence": [5, 6, 7, 8]},
        {"structure": [1, [2, (3, 4)]], "flat_sequence": [6, 7, 8, 9]},
        look=_with_kinds,
    ),
    "tree.map_structure": Call(
        {"func": _negative, "structures": (_NESTED,)},
        {"func": _doubled, "structures": (_OTHER,), "none_is_leaf": False},
        {"none_is_leaf": {"func": _doubled}},
        _mapped,
    ),
    "tree.assert_same_structure": Call(
        {"a": [1, (2, 3)], "b": [4, (5, 6)]},
        {"a": [1, [2, 3]], "b": [4, 5], "check_types": False},
    ),
}

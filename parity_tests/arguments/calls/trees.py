"""`tree`: nested lists, tuples and dictionaries."""

from parity_tests.arguments.calls.call import Call

_NESTED = {"a": [1, 2], "b": (3, None)}
_OTHER = {"a": [5, 6], "b": (7, 8)}

TREES = {
    "tree.flatten": Call({"structure": _NESTED}, {"structure": _OTHER}),
}

"""Names that Keras gives to whatever was built without one: dense, dense_1, dense_2."""

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scratch.stack import Stack

_used: Counter[str] = Counter()


def to_snake_case(name: str) -> str:
    """`"GlorotUniform"` -> `"glorot_uniform"`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix: str) -> str:
    """The next free name for `prefix`: the first has no number, the second ends in `_1`."""
    prefix = to_snake_case(prefix)
    _used[prefix] += 1
    return prefix if _used[prefix] == 1 else f"{prefix}_{_used[prefix] - 1}"


def reset() -> None:
    """Starts all names afresh (Keras: `keras.utils.clear_session`)."""
    _used.clear()


# Paths -------------------------------------------------------------------------------------------

_scopes = Stack()


@contextlib.contextmanager
def scope(owner: Any) -> Iterator[None]:
    """Within it, paths of variables begin with the owner's name: `sequential/dense/kernel`."""
    if _scopes.top is owner:
        yield
        return
    with _scopes.pushed(owner):
        yield


def path(name: str) -> str:
    """`name` with the names of all scopes before it."""
    return "/".join([*(owner.name for owner in _scopes.items), name])

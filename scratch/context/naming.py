"""Names that Keras gives to whatever was built without one: dense, dense_1, dense_2."""

import contextlib
import re
import threading
from collections import Counter
from typing import Any

from scratch.context.stack import Stack


class _Used(threading.local):
    """How often each prefix has named something, in every thread for itself, as in Keras."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()


_used = _Used()


def to_snake_case(name: str) -> str:
    """`"GlorotUniform"` -> `"glorot_uniform"`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix: str) -> str:
    """The next free name for `prefix`: the first has no number, the second ends in `_1`."""
    prefix = to_snake_case(prefix)
    _used.times[prefix] += 1
    times = _used.times[prefix]
    return prefix if times == 1 else f"{prefix}_{times - 1}"


def get_uid(prefix: str = "") -> int:
    """How often a prefix has been asked for, this time included (`keras.backend.get_uid`)."""
    _used.times[prefix] += 1
    return _used.times[prefix]


def reset() -> None:
    """Starts all names afresh (Keras: `keras.utils.clear_session`)."""
    _used.times.clear()


# Paths -------------------------------------------------------------------------------------------

_scopes = Stack()


def scope(owner: Any) -> contextlib.AbstractContextManager[None]:
    """Inside the `with` block, paths begin with the owner's name: `sequential/dense/kernel`."""
    return contextlib.nullcontext() if _scopes.top is owner else _scopes.pushed(owner)


def path(name: str) -> str:
    """`name` with the names of all scopes before it."""
    return "/".join([*(owner.name for owner in _scopes.items), name])

"""What is under way: traces, calls, scopes of names. Each thread has its own."""

import functools
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_all: list["Stack"] = []


class Stack(threading.local):
    """A stack for every thread, from the outermost inwards.

    Attributes:
        items: those of the thread that asks.
    """

    def __new__(cls) -> "Stack":
        """Once, whereas `__init__` runs in every thread."""
        made = super().__new__(cls)
        _all.append(made)
        return made

    def __init__(self) -> None:
        self.items: list[Any] = []

    @property
    def top(self) -> Any:
        """The innermost item; None where nothing is under way."""
        return self.items[-1] if self.items else None

    def pushed(self, item: Any) -> AbstractContextManager[None]:
        """Inside the `with` block, `item` is the innermost."""
        return _Pushed(self.items, item)


class _Pushed(AbstractContextManager[None]):
    # Every call of a layer enters some of these: a generator would take three times as long.
    def __init__(self, items: list[Any], item: Any) -> None:
        self._items, self._item = items, item

    def __enter__(self) -> None:
        self._items.append(self._item)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._items.pop()


def restored(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: what was under way before `function` is so after it, also where it is interrupted.

    A `with` block takes off what it has put on; but an interrupt may come just before that.
    """

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        before = [(stack.items, len(stack.items)) for stack in _all]
        try:
            return function(*args, **kwargs)
        except BaseException:
            for items, depth in before:
                del items[depth:]
            raise

    return guarded

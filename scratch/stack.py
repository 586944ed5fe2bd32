"""What is under way: traces, calls, scopes of names. Each thread has its own."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any


class Stack(threading.local):
    """A stack for every thread, from the outermost inwards.

    Attributes:
        items: those of the thread that asks.
    """

    def __init__(self) -> None:
        self.items: list[Any] = []

    @property
    def top(self) -> Any:
        """The innermost item; None where nothing is under way."""
        return self.items[-1] if self.items else None

    @contextlib.contextmanager
    def pushed(self, item: Any) -> Iterator[None]:
        """Within it, `item` is the innermost."""
        self.items.append(item)
        try:
            yield
        finally:
            self.items.pop()

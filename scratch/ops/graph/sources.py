"""Where graphs begin: the three kinds of symbols without inputs, and what all of a graph share.

Operations register here by name, for Python's operators and for copies. Nothing here knows what a
symbol is made of but its inputs and its number.
"""

from collections.abc import Callable, Iterable
from typing import Any

OPERATIONS: dict[str, Callable] = {}  # by name; filled by `operation`


class Source:
    """The kind of a symbol without inputs."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> str:
        """There is one of each kind; a copy is the same."""
        return self.name.upper()


INPUT, CONSTANT, VARIABLE = Source("input"), Source("constant"), Source("variable")


class Recorder:
    """What records the operations it takes part in, instead of computing: a KerasTensor."""

    def record(self, operation: Any, operands: tuple, settings: dict[str, Any]) -> Any:
        """What the operation gives, as another recorder."""
        raise NotImplementedError


def is_variable(x: Any) -> bool:
    """Whether `x` is a variable; `ops` knows no more of that class than its two arrays."""
    return hasattr(x, "array") and hasattr(x, "gradient")


def is_symbol(x: Any) -> bool:
    """Whether `x` is a symbol of a graph."""
    return hasattr(x, "op") and hasattr(x, "serial")


def ancestors(outputs: Iterable[Any], stop: Iterable[Any] = ()) -> list[Any]:
    """`outputs` and all they are computed from, in topological order; nothing beyond `stop`."""
    seen = {x.serial: x for x in outputs}
    closed = {x.serial for x in stop}
    waiting = list(seen.values())
    while waiting:
        symbol = waiting.pop()
        if symbol.serial in closed:
            continue
        for x in symbol.inputs:
            if x.serial not in seen:
                seen[x.serial] = x
                waiting.append(x)
    return [seen[serial] for serial in sorted(seen)]

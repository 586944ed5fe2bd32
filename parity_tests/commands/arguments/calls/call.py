"""A thing that is called once with what it is given, and once with the other value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def called(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    """What the thing returns for these arguments."""
    return thing(**given)


@dataclass(frozen=True)
class Call:
    """How one subject is tried.

    `base` is what it is given always, `others` the other value of each argument, `together` what is
    given, before and after, with an argument that means nothing without. A value that is a function
    of `k`, the library, is made by that library. `look(k, thing, given)` gives what one sees; it
    runs in an empty folder, and what it prints is seen as well. Where that is a dictionary, its
    entry "config" is what is written down and has no other effect.
    """

    base: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)
    together: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    look: Callable[[Any, Any, dict[str, Any]], Any] = called

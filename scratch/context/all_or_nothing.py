"""Whatever fails leaves nothing half made: the next right call finds things as they were.

    with all_or_nothing(layer):
        layer.build(shape)             an error or an interrupt in here takes back what it did

Only attributes and what lies in lists, dictionaries and sets among them are taken back; arrays that
were written into are not.
"""

import contextlib
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def all_or_nothing(*things: Any) -> Iterator[None]:
    """Takes the attributes of `things` back to what they were where the block does not end well."""
    before = [(vars(thing), dict(vars(thing))) for thing in things]
    contents = [
        (value, list(value.items()) if isinstance(value, dict) else list(value))
        for _, attributes in before
        for value in attributes.values()
        if isinstance(value, list | dict | set)
    ]
    try:
        yield
    except BaseException:
        for attributes, old in before:
            attributes.clear()
            attributes.update(old)
        for container, content in contents:
            _refill(container, content)
        raise


def _refill(container: Any, content: list[Any]) -> None:
    """Puts the content back past whatever a subclass does when something enters."""
    kind: Any = next(k for k in (list, dict, set) if isinstance(container, k))
    if kind is list:
        list.__setitem__(container, slice(None), content)
    else:
        kind.clear(container)
        kind.update(container, content)

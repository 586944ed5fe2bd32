"""Lists, tuples and dictionaries among a layer's attributes: what is put into them belongs to it.

self.blocks = []                      remembered as a `TrackedList`
self.blocks.append(Dense(3))          the layer now has a sublayer
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Track = Callable[[Any], Any]


def tracked(value: Any, track: Track) -> Any:
    """A container of the same content that calls `track` with whatever enters it.

    Anything that is no list, tuple, set or dictionary is handed to `track` itself.
    """
    if type(value) is list:
        return TrackedList(value, track)
    if type(value) is dict:
        return TrackedDict(value, track)
    if type(value) is set:
        return TrackedSet(value, track)
    if isinstance(value, tuple):
        parts = [tracked(part, track) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    track(value)
    return value


class TrackedList(list):
    """A list."""

    def __init__(self, values: Iterable[Any], track: Track) -> None:
        self._track = track
        super().__init__(tracked(value, track) for value in values)

    def append(self, value: Any) -> None:
        """As a list's."""
        super().append(tracked(value, self._track))

    def insert(self, index: Any, value: Any) -> None:
        """As a list's."""
        super().insert(index, tracked(value, self._track))

    def extend(self, values: Iterable[Any]) -> None:
        """As a list's."""
        super().extend(tracked(value, self._track) for value in values)

    def __iadd__(self, values: Iterable[Any]) -> "TrackedList":  # type: ignore[misc]
        self.extend(values)
        return self

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            value = [tracked(v, self._track) for v in value]
        else:
            value = tracked(value, self._track)
        super().__setitem__(index, value)

    def __reduce__(self) -> Any:
        return list, (list(self),)


class TrackedDict(dict):
    """A dictionary."""

    def __init__(self, values: Mapping[Any, Any], track: Track) -> None:
        self._track = track
        super().__init__({key: tracked(value, track) for key, value in values.items()})

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, tracked(value, self._track))

    def update(self, *args: Any, **kwargs: Any) -> None:
        """As a dictionary's."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """As a dictionary's."""
        if key not in self:
            self[key] = default
        return self[key]

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class TrackedSet(set):
    """A set."""

    def __init__(self, values: Iterable[Any], track: Track) -> None:
        self._track = track
        super().__init__(tracked(value, track) for value in values)

    def add(self, value: Any) -> None:
        """As a set's."""
        super().add(tracked(value, self._track))

    def update(self, *values: Iterable[Any]) -> None:
        """As a set's."""
        for value in (v for many in values for v in many):
            self.add(value)

    def __reduce__(self) -> Any:
        return set, (set(self),)

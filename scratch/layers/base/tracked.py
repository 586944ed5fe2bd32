"""Lists, tuples and dictionaries among a layer's attributes: what is put into them belongs to it.

self.blocks = []                      remembered as a `TrackedList`
self.blocks.append(Dense(3))          the layer now has a sublayer
self.blocks.pop()                     and now it has none

A layer that is built takes nothing more in: the container then stays as it was.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Protocol


class Tracking(Protocol):
    """An object that keeps track of what lies in its containers."""

    def _track(self, value: Any) -> None: ...
    def _untrack(self, value: Any) -> None: ...


_PLAIN = {type(None), bool, int, float, str}  # what no owner keeps track of


def tracked(value: Any, owner: Tracking) -> Any:
    """A container of the same content that tells its owner what enters and leaves it.

    Anything that is no list, tuple, set or dictionary is handed to the owner itself.
    """
    if value.__class__ in _PLAIN or (isinstance(value, _Tracked) and value._owner is owner):
        return value
    if isinstance(value, list):
        return TrackedList(value, owner)
    if isinstance(value, OrderedDict):
        return TrackedOrderedDict(value, owner)
    if isinstance(value, dict):
        return TrackedDict(value, owner)
    if isinstance(value, set):
        return TrackedSet(value, owner)
    if isinstance(value, tuple):
        parts = [tracked(part, owner) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    owner._track(value)
    return value


def _released(values: Iterable[Any], owner: Tracking) -> None:
    """Lets the owner forget `values`, and what lies in those that are containers."""
    for value in values:
        if isinstance(value, dict):
            _released(value.values(), owner)
        elif isinstance(value, list | tuple | set):
            _released(value, owner)
        else:
            owner._untrack(value)


class _Tracked:
    _owner: Tracking

    def _enter(self, values: Iterable[Any]) -> list[Any]:
        """All of `values`, tracked, before any of them is put in."""
        return [tracked(value, self._owner) for value in values]


class TrackedList(_Tracked, list):
    """A list that tells its owner what is put into it and taken out of it."""

    def __init__(self, values: Iterable[Any], owner: Tracking) -> None:
        self._owner = owner
        super().__init__(self._enter(values))

    def append(self, value: Any) -> None:
        super().append(tracked(value, self._owner))

    def insert(self, index: Any, value: Any) -> None:
        super().insert(index, tracked(value, self._owner))

    def extend(self, values: Iterable[Any]) -> None:
        super().extend(self._enter(values))

    def __iadd__(self, values: Iterable[Any]) -> "TrackedList":  # type: ignore[misc]
        self.extend(values)
        return self

    def __setitem__(self, index: Any, value: Any) -> None:
        several = isinstance(index, slice)
        before = self[index] if several else [self[index]]
        after = self._enter(value if several else [value])
        super().__setitem__(index, after if several else after[0])
        _released([x for x in before if not any(x is y for y in after)], self._owner)

    def __delitem__(self, index: Any) -> None:
        gone = self[index] if isinstance(index, slice) else [self[index]]
        super().__delitem__(index)
        _released(gone, self._owner)

    def remove(self, value: Any) -> None:
        """Prefers the very object to one that is only equal to it."""
        at = next((i for i, x in enumerate(self) if x is value), None)
        del self[self.index(value) if at is None else at]

    def pop(self, index: Any = -1) -> Any:
        value = super().pop(index)
        _released([value], self._owner)
        return value

    def clear(self) -> None:
        del self[:]

    def __reduce__(self) -> Any:
        return list, (list(self),)


class TrackedDict(_Tracked, dict):
    """A dictionary that tells its owner what is put into it and taken out of it."""

    def __init__(self, values: Any, owner: Tracking) -> None:
        self._owner = owner
        super().__init__()
        self.update(values)

    def __setitem__(self, key: Any, value: Any) -> None:
        value = tracked(value, self._owner)
        before = [self[key]] if key in self and self[key] is not value else []
        super().__setitem__(key, value)
        _released(before, self._owner)

    def update(self, *args: Any, **kwargs: Any) -> None:
        new = dict(*args, **kwargs)
        for key, value in zip(new, self._enter(new.values()), strict=True):
            self[key] = value

    def __ior__(self, other: Any) -> "TrackedDict":  # type: ignore[misc]
        self.update(other)
        return self

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def __delitem__(self, key: Any) -> None:
        value = self[key]
        super().__delitem__(key)
        _released([value], self._owner)

    def pop(self, key: Any, *default: Any) -> Any:
        found = key in self
        value = super().pop(key, *default)
        if found:
            _released([value], self._owner)
        return value

    def popitem(self, *args: Any, **kwargs: Any) -> Any:
        key, value = super().popitem(*args, **kwargs)
        _released([value], self._owner)
        return key, value

    def clear(self) -> None:
        gone = list(self.values())
        super().clear()
        _released(gone, self._owner)

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class TrackedOrderedDict(TrackedDict, OrderedDict):
    """A `TrackedDict` that is an `OrderedDict`, too."""

    def __reduce__(self) -> Any:
        return OrderedDict, (list(self.items()),)


class TrackedSet(_Tracked, set):
    """A set that tells its owner what is put into it and taken out of it."""

    def __init__(self, values: Iterable[Any], owner: Tracking) -> None:
        self._owner = owner
        super().__init__(self._enter(values))

    def add(self, value: Any) -> None:
        super().add(tracked(value, self._owner))

    def update(self, *values: Iterable[Any]) -> None:
        super().update(self._enter(v for many in values for v in many))

    def __ior__(self, values: Any) -> "TrackedSet":  # type: ignore[misc]
        self.update(values)
        return self

    def discard(self, value: Any) -> None:
        if value in self:
            self.remove(value)

    def remove(self, value: Any) -> None:
        super().remove(value)
        _released([value], self._owner)

    def pop(self) -> Any:
        value = super().pop()
        _released([value], self._owner)
        return value

    def clear(self) -> None:
        gone = list(self)
        super().clear()
        _released(gone, self._owner)

    def __reduce__(self) -> Any:
        return set, (set(self),)

"""What an exact resume has to know of a callback.

A callback may say so by itself, with two methods:

    get_state()         its state, in plain values: numbers, texts, arrays of numbers,
                        and lists, tuples, sets and dictionaries of them
    set_state(state)    takes over what `get_state` gave in another process

Of one that does not, the attributes are kept that have changed since the training began: those with
plain values, deques and the like, and the states of metrics and of NumPy's and Python's generators.
So `self.best = 0.3` is remembered without a word; what was only set by `__init__` is whatever the
resumed program says. Files, models, functions and other objects are not looked into.
"""

import random
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scratch.serialization.plain import encoded, fingerprint, has_state

_NOT_STATE = {"model", "_model", "params"}
_WORDS = 624  # of a Mersenne twister

Fingerprints = dict[str, bytes | None]


def is_exact(callback: Any) -> bool:
    """Whether a callback keeps the state of the whole training, and is called at the end for it."""
    return getattr(callback, "exact", False) is True and hasattr(type(callback), "training")


def fingerprints(thing: Any, public: bool = False) -> Fingerprints:
    """A digest of every attribute, to find out later which of them have changed."""
    if has_state(thing):
        return {}
    return {name: fingerprint(_inner(value)) for name, value in _attributes(thing, public)}


def remembered(thing: Any, since: Fingerprints, public: bool = False) -> dict[str, Any]:
    """The state of a callback.

    Args:
        thing: a callback, or another object with attributes.
        since: from `fingerprints`, when the training began.
        public: whether to leave out attributes whose names begin with `_`.

    Raises:
        TypeError: when its own `get_state` gives values that are not plain.
    """
    if has_state(thing):
        state = thing.get_state()
        try:
            encoded(state)
        except TypeError as error:
            raise TypeError(f"{type(thing).__name__}.get_state(): {error}") from None
        return {"own": state}
    found = {}
    for name, value in _attributes(thing, public):
        value = _inner(value)
        now = fingerprint(value)
        if now is not None and now != since.get(name):
            found[name] = value
    return {"attributes": found}


def check_remembered(thing: Any, state: Any) -> None:
    """Raises a ValueError where `take_over` could not use a state."""
    kind = type(thing).__name__
    if not isinstance(state, dict) or len(state) != 1 or next(iter(state)) not in _PARTS:
        raise ValueError(f"the state of {kind} is not understood: {str(state)[:200]}")
    if "own" in state:
        if not has_state(thing):
            raise ValueError(f"{kind} has no `set_state`, but its state came from a `get_state`")
        return
    attributes = state["attributes"]
    if not isinstance(attributes, dict):
        raise ValueError(f"the state of {kind} is not understood: {str(state)[:200]}")
    for name, value in attributes.items():
        of_class = getattr(type(thing), str(name), None)
        refused = not isinstance(name, str) or not name.isidentifier() or name.startswith("__")
        if refused or name in _NOT_STATE or callable(of_class) or hasattr(of_class, "__get__"):
            raise ValueError(f"{kind} has no attribute {str(name)[:100]!r} that is state")
        _taker(getattr(thing, name, None), value, f"{kind}.{name}")


def take_over(thing: Any, state: Any) -> None:
    """Gives a callback its state back.

    Raises:
        ValueError: for a state of something else; then nothing is changed.
    """
    check_remembered(thing, state)
    if "own" in state:
        thing.set_state(state["own"])
        return
    for name, value in state["attributes"].items():
        take = _taker(getattr(thing, name, None), value, name)
        if take is None:
            setattr(thing, name, value)
        else:
            take()


_PARTS = ("own", "attributes")


def _attributes(thing: Any, public: bool) -> list[tuple[str, Any]]:
    return [
        (name, value)
        for name, value in getattr(thing, "__dict__", {}).items()
        if name not in _NOT_STATE and not (public and name.startswith("_"))
    ]


# Objects whose state is plain ---------------------------------------------------------------------


def _inner(value: Any) -> Any:
    """The plain state of a generator, a metric or a container; every other value itself."""
    if isinstance(value, dict):  # a defaultdict, ...
        return dict(value)
    if isinstance(value, list | deque):
        return list(value)
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    if isinstance(value, np.random.RandomState):
        return value.get_state(legacy=False)
    if isinstance(value, random.Random):
        return value.getstate()
    if _is_metric(value):
        return [v.array for v in value.variables]
    return value


def _is_metric(value: Any) -> bool:
    return hasattr(value, "update_state") and hasattr(value, "variables")


def _taker(current: Any, state: Any, what: str) -> Callable[[], Any] | None:
    """What gives `state` back to the object that an attribute holds; None for plain values.

    Raises:
        ValueError: for a state of something else.
    """
    error = ValueError(f"the state of {what} is not understood: {str(state)[:200]}")
    if isinstance(current, dict) and type(current) is not dict:
        if not isinstance(state, dict):
            raise error
        return lambda: _refill(current, current.update, state)
    if isinstance(current, list | deque) and type(current) is not list:
        if not isinstance(state, list):
            raise error
        return lambda: _refill(current, current.extend, state)
    if isinstance(current, np.random.Generator | np.random.RandomState):
        legacy = isinstance(current, np.random.RandomState)
        generator: Any = current._bit_generator if legacy else current.bit_generator  # type: ignore[union-attr]
        inside = state.get("state") if isinstance(state, Mapping) else None
        position = inside.get("pos", 0) if isinstance(inside, Mapping) else None
        if type(position) is not int or not 0 <= position <= _WORDS:
            raise error
        before = generator.state
        try:
            generator.state = state
        except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
            raise error from None
        finally:
            generator.state = before
        return lambda: setattr(generator, "state", state)
    if isinstance(current, random.Random):
        try:
            random.Random().setstate(state)
        except (TypeError, ValueError, OverflowError):
            raise error from None
        return lambda: current.setstate(state)
    if _is_metric(current):
        variables = current.variables
        shapes = [getattr(array, "shape", None) for array in state or ()]
        if not isinstance(state, list) or shapes != [v.shape for v in variables]:
            raise error

        def assign() -> None:
            for v, array in zip(variables, state, strict=True):
                v.assign(array)

        return assign
    return None


def _refill(container: Any, add: Callable[[Any], None], state: Any) -> None:
    container.clear()
    add(state)

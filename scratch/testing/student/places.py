"""Where an object keeps its weights: attributes, dictionaries, lists.

    self.W = W;  self.params = {"W": W, "b": b};  self.params = [W, b]

A weight is found by its name, `W1` standing for `W`; else by its shape.
"""

import inspect
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch.testing.student.gradients import gradient_names, squeezed
from scratch.testing.student.names import SETTINGS, bare, by_name, call, find, made, names_of, plain

WEIGHTS = ("params", "parameters", "weights")
DATA = ("data", "value", "array", "val")
GRADIENTS = ("grad", "gradient", "grads", "g")


class Places:
    """The places of an object's weights.

    Args:
        owner: the object; None where there is none.
    """

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.found: dict[str, tuple[Any, Any]] = {}  # a dictionary or list, and where in it

    def put(self, weights: Mapping[str, np.ndarray]) -> set[str]:
        """Puts weights, in the object's own layout, into their places; those that have one."""
        done = set()
        for key, value in weights.items():
            for among in places_of(self.owner):
                found = self._find(among, key, value)
                if found is None:
                    continue
                place, name = found
                old = place[name]
                if isinstance(old, np.ndarray) and old.dtype == value.dtype:
                    old[...] = value.reshape(old.shape)  # it may be known under a second name
                else:
                    place[name] = value if old is None else value.reshape(np.shape(old))
                done.add(key)
        return done

    def now(self) -> dict[str, np.ndarray]:
        """The weights as the object has them now."""
        self._look_again()
        return {key: np.array(place[name]) for key, (place, name) in self.found.items()}

    def ids(self) -> set[int]:
        """Which arrays they are."""
        self._look_again()
        return {id(place[name]) for place, name in self.found.values()}

    def listed(self) -> dict[int, str]:
        """Which weight stands where, if they are in a list."""
        return {at: key for key, (place, at) in self.found.items() if isinstance(place, list)}

    def gradients(self) -> dict[str, Any]:
        """Those that stand beside their weights, in one object."""
        found: dict[str, Any] = {}
        places = {id(place) for place in places_of(self.owner)}
        for key, (place, name) in self.found.items():
            if id(place) not in places and plain(str(name)) in DATA:
                gradient = place.get(find(place, GRADIENTS) or "")
                found |= {} if gradient is None else {key: gradient}
        return found

    def _look_again(self) -> None:
        """Somebody's code may have made a new list or dictionary of its weights."""
        places = places_of(self.owner)
        inside = [vars(v) for place in places if isinstance(place, dict)
                  for v in place.values() if _data_of(v) is not None]  # fmt: skip
        known = {id(place) for place in [*places, *inside]}
        if all(id(place) in known for place, _ in self.found.values()):
            return
        now = {key: np.asarray(place[name]) for key, (place, name) in self.found.items()}
        self.found = {}
        for key, value in now.items():
            for place in places:
                if key not in self.found:
                    self._find(place, key, value)

    def _find(self, place: Any, key: str, value: np.ndarray) -> tuple[Any, Any] | None:
        """Where in a place a weight stands: in an object with data and grad, its data."""
        name = _place_in(place, key, value)
        if name is None:
            return None
        if (data := _data_of(place[name])) is not None:
            place, name = vars(place[name]), data
        self.found.setdefault(key, (place, name))
        return place, name


def places_of(owner: Any) -> list[Any]:
    """An object's attributes, and those of them that hold weights."""
    if owner is None or not hasattr(owner, "__dict__"):
        return []
    attributes = vars(owner)
    return [attributes, *(d for n in WEIGHTS if isinstance(d := attributes.get(n), dict | list))]


def _place_in(place: Any, key: str, value: np.ndarray) -> Any:
    """Under which name a weight stands: one of its own, else that of an array of its shape."""
    if isinstance(place, list):
        arrays = {i: v for i, v in enumerate(place) if isinstance(v, np.ndarray)}
        return next((i for i, v in arrays.items() if _fits(v.shape, value.shape)), None)
    found = {n: v for n, v in place.items() if not isinstance(v, dict | list | tuple)}
    name = find(found, names_of(key))
    if name is None:
        name = next((n for n in found if bare(str(n)) in names_of(key)), None)
    if name is not None:
        old = found[name]
        if (data := _data_of(old)) is not None:
            old = vars(old)[data]
        return name if old is None or _fits(np.shape(old), value.shape) else None
    of_gradients = set().union(*map(gradient_names, ("kernel", "bias", "input")))
    alike = (
        n
        for n, v in found.items()
        if isinstance(v, np.ndarray)
        and (_fits(v.shape, value.shape) and not {plain(n), bare(n)} & of_gradients)
    )
    return next(alike, None)


def _data_of(value: Any) -> str | None:
    """Under which name an object has the array that it stands for."""
    if isinstance(value, np.ndarray) or not hasattr(value, "__dict__"):
        return None
    name = find(vars(value), DATA)
    return name if name is not None and isinstance(vars(value)[name], np.ndarray) else None


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return squeezed(shape) == squeezed(wanted)


def kernel_shape(thing: Any) -> tuple[int, int] | None:
    """The shape of the weight matrix that an object already has, or None."""
    if isinstance(thing, tuple | list | type | types.ModuleType) or not hasattr(thing, "__dict__"):
        return None
    for place in places_of(thing):
        if isinstance(place, list):
            named = [v for v in place if isinstance(v, np.ndarray)]
        else:
            named = [v for n, v in place.items() if bare(str(n)) in names_of("kernel")]
        for kernel in map(np.asarray, named):
            if kernel.ndim == 2:
                return kernel.shape
    return None


def constructed(thing: Any, given: Mapping[str, Any], order: int) -> Any:
    """An object of somebody's class; sizes go by position where names mean nothing."""
    if not inspect.isclass(thing):
        return made(thing, given)
    sizes = {key: given[key] for key in ("inputs", "units") if key in given}
    named = {**SETTINGS, **{key: value for key, value in given.items() if key not in sizes}}
    unknown = by_name(inspect.signature(thing), {**sizes, **named})[1]
    if not unknown or not sizes:
        return call(thing, {**sizes, **named}, fill=False)
    left = [k for k in sizes if k not in by_name(inspect.signature(thing), sizes)[0].values()]
    if len(unknown) == 1 and len(left) == 2 and unknown[0].lower() in ("shape", "dims", "sizes"):
        shape = tuple(sizes.values())
        return thing(**{unknown[0]: shape[::-1] if order % 2 else shape})
    # A third that nobody knows: an activation, perhaps.
    also = {} if len(unknown) <= len(left) else {"activation": given.get("activation", "linear")}
    return call(thing, {**sizes, **also}, named=named, order=order)

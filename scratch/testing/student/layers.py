"""Somebody's layer, spoken to in Keras's layout. What is accepted: see the package."""

import contextlib
import inspect
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scratch.testing.student.gradients import (
    assign,
    gradient_name,
    gradient_names,
    left_sources,
    returned_sources,
    squeezed,
)
from scratch.testing.student.layout import KERAS, Layout
from scratch.testing.student.names import (
    SETTINGS,
    NothingFitsError,
    arguments_of,
    by_name,
    call,
    find,
    made,
    method,
    names_of,
    plain,
)
from scratch.testing.student.pairs import BACKWARD, FORWARD, pair_of
from scratch.testing.student.recorded import Record

WEIGHTS = ("params", "parameters", "weights")
Right = Callable[[str, Any], bool]


class Layer:
    """Somebody's layer with some weights, in some layout.

    Args:
        thing: somebody's code.
        given: for the arguments of a class.
        weights: by name, in Keras's layout.
        layout: somebody's.
        also: what a forward pass may ask for besides the input.
        roles: which place of a returned tuple has been what; shared by layers of one code.

    Attributes:
        record: what was changed in place.

    Raises:
        NothingFitsError: when a part is missing.
    """

    def __init__(
        self,
        thing: Any,
        given: Mapping[str, Any],
        weights: Mapping[str, np.ndarray],
        layout: Layout = KERAS,
        also: Mapping[str, Any] = types.MappingProxyType({}),
        roles: dict[int, str] | None = None,
    ) -> None:
        self.layout, self.also, self.roles = layout, also, {} if roles is None else roles
        self.weights = dict(weights)
        self.owner: Any = None
        self.places: dict[str, tuple[Any, str]] = {}  # where an object keeps its weights
        pair: Any = pair_of(thing)
        if pair is None:
            self.owner = _constructed(thing, {**given, **self._laid_out()}, layout.order)
            pair = method(self.owner, *FORWARD, "__call__"), method(self.owner, *BACKWARD)
            if None in pair:
                raise NothingFitsError(
                    f"{type(self.owner).__name__} needs the methods forward(x) and backward(dy)"
                )
        if not all(callable(f) for f in pair):
            raise NothingFitsError(
                "Expected a layer: a class or an object with forward(x) and backward(dy), or a "
                f"pair of functions (forward, backward). Received: {thing!r}"
            )
        self.forward_: Callable = pair[0]
        self.backward_: Callable = pair[1]
        # An activation's derivative takes one argument, and knows nothing of dy.
        self.derivative = (
            self.owner is None and not weights and len(arguments_of(self.backward_)) == 1
        )
        self.arguments = self._laid_out()
        if self.owner is not None:
            self._give_weights()
        self.record = Record(self.owner)
        self.cache: Any = None

    def _laid_out(self) -> dict[str, np.ndarray]:
        return {key: self.layout.weight(key, value) for key, value in self.weights.items()}

    def _give_weights(self) -> None:
        """Sets the weights of an object, unless its methods take them as arguments."""
        wanted = by_name(inspect.signature(self.forward_), self.arguments)[0].values()
        if "kernel" in wanted or self.set_weights(self.weights):
            return
        with contextlib.suppress(Exception):  # some make their weights on first use
            self._call_forward(np.zeros(self._sample_shape()))
        if not self.set_weights(self.weights):
            said = " and ".join(names_of(name)[1].upper() for name in self.weights)
            raise NothingFitsError(
                f"{type(self.owner).__name__} has no weights that could be set: looked for {said} "
                "as attributes and in a dictionary `params`"
            )

    def _sample_shape(self) -> tuple[int, int]:
        kernel = self.weights.get("kernel")
        inputs = len(next(iter(self.weights.values())) if kernel is None else kernel)
        return (inputs, 2) if self.layout.columns else (2, inputs)

    def set_weights(self, weights: Mapping[str, np.ndarray]) -> bool:
        """Gives these weights, in Keras's layout; whether they have all found their places."""
        self.weights = dict(weights)
        self.arguments = self._laid_out()
        if self.owner is None:
            return True
        done = set()
        for key, value in self.arguments.items():
            for place in _places(self.owner):
                name = _place_of(place, key, value)
                if name is None:
                    continue
                self.places.setdefault(key, (place, name))
                old = place[name]
                if isinstance(old, np.ndarray) and old.dtype == value.dtype:
                    old[...] = value.reshape(old.shape)  # it may be known under a second name
                else:
                    place[name] = value if old is None else value.reshape(np.shape(old))
                done.add(key)
        return done >= set(weights) - {"bias"}

    # Use ------------------------------------------------------------------------------------------

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The output of a batch, both in Keras's layout.

        Raises:
            NothingFitsError: when there is none.
        """
        self.x = self.layout.data(x)
        self._restore()
        self.record.before("forward", x=self.x, **self._weights_now())
        output = self._call_forward(self.x)
        if output is None and self.owner is not None:  # left as an attribute
            attributes = vars(self.owner)
            output = attributes.get(find(attributes, names_of("output")) or "")
        if output is None:
            name = getattr(self.forward_, "__qualname__", "forward")
            raise NothingFitsError(f"{name} returned nothing")
        self.record.after(x=self.x, **self._weights_now())
        self.output = np.array(output)
        return self.layout.data(self.output)

    def _restore(self) -> None:
        """Gives the weights back to a layer that has updated itself."""
        now = self._weights_now()
        if any(not np.array_equal(now[k].ravel(), self.arguments[k].ravel()) for k in now):
            self.set_weights(self.weights)

    def _call_forward(self, x: np.ndarray) -> Any:
        weights = self.arguments
        if self.owner is not None:
            asked = by_name(inspect.signature(self.forward_), weights)[0]
            weights = {key: weights[key] for key in weights if key in asked.values()}
        given = {"input": x, **weights, **self.also}
        order = self.layout.order if self.owner is None else 0
        output = call(self.forward_, given, order=order)
        self.cache = None
        if isinstance(output, tuple):
            output, *rest = output
            self.cache = rest[0] if len(rest) == 1 else tuple(rest)
        return output

    def backward(self, dy: np.ndarray, right: Right) -> dict[str, Any]:
        """`d<weight>` and `dx` of the last batch, in Keras's layout.

        Args:
            dy: dL/dy.
            right: whether a number is right for a name, in some way of being right: so gradients
                are told apart that have no names.

        Raises:
            NothingFitsError: when one is missing.
        """
        if reset := method(self.owner, "zero_grad", "zero_gradients"):
            reset()
        dy = self.layout.data(dy)
        if self.derivative:
            given_output = arguments_of(self.backward_) & {"a", "s", "y", "out", "output"}
            at = self.output.copy() if given_output else self.x.copy()
            return {"dx": self.layout.data(dy * np.asarray(self.backward_(at)))}
        before = self._weights_now()
        self.record.before("backward", dy=dy, x=self.x, **before)
        returned = call(self.backward_, self._for_backward(dy), named=SETTINGS)
        after = self._weights_now()
        self.record.after(dy=dy, x=self.x, **after)
        return self._gradients(returned, self._steps(before, after), right)

    def _for_backward(self, dy: np.ndarray) -> dict[str, Any]:
        given: dict[str, Any] = {"upstream": dy}
        if self.cache is not None:  # (dy, cache), whatever they are called
            given["cache"] = self.cache
        given |= {"input": self.x, **self._laid_out(), **self.also}
        return {**given, "output": self.output.copy()} if self.cache is None else given

    def _weights_now(self) -> dict[str, np.ndarray]:
        """The weights as an object has them now, in its own layout."""
        return {key: np.array(place[name]) for key, (place, name) in self.places.items()}

    def _steps(self, before: Mapping, after: Mapping) -> dict[str, np.ndarray]:
        """Of a layer that updates itself, the gradients that its steps were made with."""
        attributes = vars(self.owner) if self.owner is not None else {}
        rate = attributes.get(find(attributes, names_of("learning_rate")) or "")
        rate = rate if isinstance(rate, float) and rate else SETTINGS["learning_rate"]
        moved = {key: before[key] - after[key] for key in before}
        return {key: step / rate for key, step in moved.items() if step.any()}

    def _gradients(self, returned: Any, steps: Mapping, right: Right) -> dict[str, Any]:
        attributes = vars(self.owner) if self.owner is not None else {}
        own = {id(place[name]) for place, name in self.places.values()}
        sources = [
            s
            for s in [*returned_sources(returned), *left_sources(attributes)]
            if s.returned or id(s.value) not in own
        ]
        keys = [*self.weights, "input"]

        def agrees(key: str, value: Any) -> bool:
            return right(gradient_name(key), self._turned(key, np.asarray(value)))

        shapes = {key: squeezed(value.shape) for key, value in self.arguments.items()}
        shapes["input"] = squeezed(self.x.shape)
        found = {**steps, **assign(sources, keys, shapes, agrees, self.roles)}
        for key in self.weights:
            if found.get(key) is None:
                raise NothingFitsError(
                    f"After backward no gradient of {key} was found: looked for attributes such as "
                    f"d{names_of(key)[1].upper()}, a dictionary `grads`, and a returned tuple "
                    "(dx, dW, db)"
                )
        return {gradient_name(key): self._turned(key, np.array(found[key])) for key in found}

    def _turned(self, key: str, value: np.ndarray) -> np.ndarray:
        if key == "input":
            return self.layout.data(value)
        return self.layout.gradient(key, value)


def _constructed(thing: Any, given: Mapping[str, Any], order: int) -> Any:
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


def _places(owner: Any) -> list[Any]:
    """Where an object keeps its weights: its attributes, and its dictionaries of these names."""
    if owner is None or not hasattr(owner, "__dict__"):
        return []
    attributes = vars(owner)
    return [attributes, *(d for n in WEIGHTS if isinstance(d := attributes.get(n), dict))]


def _place_of(place: Mapping[str, Any], key: str, value: np.ndarray) -> str | None:
    """Under which name a weight stands: one of its own, else that of an array of its shape."""
    found = {n: v for n, v in place.items() if not isinstance(v, dict | list | tuple)}
    if (name := find(found, names_of(key))) is not None:
        old = found[name]
        return name if old is None or _fits(np.shape(old), value.shape) else None
    of_gradients = set().union(*map(gradient_names, ("kernel", "bias", "input")))
    alike = (
        n
        for n, v in found.items()
        if isinstance(v, np.ndarray)
        and (_fits(v.shape, value.shape) and plain(n) not in of_gradients)
    )
    return next(alike, None)


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return squeezed(shape) == squeezed(wanted)


def kernel_shape(thing: Any) -> tuple[int, int] | None:
    """The shape of the weight matrix that an object already has, or None."""
    if isinstance(thing, tuple | list | type | types.ModuleType) or not hasattr(thing, "__dict__"):
        return None
    for place in _places(thing):
        kernel = np.asarray(place.get(find(place, names_of("kernel")) or ""))
        if kernel.ndim == 2:
            return kernel.shape
    return None

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
    method,
    names_of,
)
from scratch.testing.student.pairs import BACKWARD, FORWARD, pair_of
from scratch.testing.student.places import Places, constructed
from scratch.testing.student.recorded import Record

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
        pair: Any = pair_of(thing)
        if pair is None:
            self.owner = constructed(thing, {**given, **self._laid_out()}, layout.order)
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
        self.places = Places(self.owner)
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
                "as attributes, and in a dictionary or list `params`"
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
        return self.places.put(self.arguments) >= set(weights) - {"bias"}

    # Use ------------------------------------------------------------------------------------------

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The output of a batch, both in Keras's layout.

        Raises:
            NothingFitsError: when there is none.
        """
        self.x = self.layout.data(x)
        self._restore()
        self.record.before("forward", x=self.x, **self.places.now())
        output = self._call_forward(self.x)
        if output is None and self.owner is not None:  # left as an attribute
            attributes = vars(self.owner)
            output = attributes.get(find(attributes, names_of("output")) or "")
        if output is None:
            name = getattr(self.forward_, "__qualname__", "forward")
            raise NothingFitsError(f"{name} returned nothing")
        self.record.after(x=self.x, **self.places.now())
        self.output = np.array(output)
        return self.layout.data(self.output)

    def _restore(self) -> None:
        """Gives the weights back to a layer that has updated itself."""
        now = self.places.now()
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
        before = self.places.now()
        self.record.before("backward", dy=dy, x=self.x, **before)
        returned = call(self.backward_, self._for_backward(dy), named=SETTINGS)
        after = self.places.now()
        self.record.after(dy=dy, x=self.x, **after)
        return self._gradients(returned, self._steps(before, after), right)

    def _for_backward(self, dy: np.ndarray) -> dict[str, Any]:
        given: dict[str, Any] = {"upstream": dy}
        if self.cache is not None:  # (dy, cache), whatever they are called
            given["cache"] = self.cache
        given |= {"input": self.x, **self._laid_out(), **self.also}
        return {**given, "output": self.output.copy()} if self.cache is None else given

    def _steps(self, before: Mapping, after: Mapping) -> dict[str, np.ndarray]:
        """Of a layer that updates itself, the gradients that its steps were made with."""
        attributes = vars(self.owner) if self.owner is not None else {}
        rate = attributes.get(find(attributes, names_of("learning_rate")) or "")
        rate = rate if isinstance(rate, float) and rate else SETTINGS["learning_rate"]
        moved = {key: before[key] - after[key] for key in before}
        return {key: step / rate for key, step in moved.items() if step.any()}

    def _gradients(self, returned: Any, steps: Mapping, right: Right) -> dict[str, Any]:
        attributes = vars(self.owner) if self.owner is not None else {}
        own = self.places.ids()
        sources = [
            s
            for s in [*returned_sources(returned), *left_sources(attributes, self.places.listed())]
            if s.returned or id(s.value) not in own
        ]
        keys = [*self.weights, "input"]

        def agrees(key: str, value: Any) -> bool:
            return right(gradient_name(key), self._turned(key, np.asarray(value)))

        shapes = {key: squeezed(value.shape) for key, value in self.arguments.items()}
        shapes["input"] = squeezed(self.x.shape)
        found = {
            **steps,
            **self.places.gradients(),
            **assign(sources, keys, shapes, agrees, self.roles),
        }
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

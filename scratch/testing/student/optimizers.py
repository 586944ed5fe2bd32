"""Somebody's optimizer as a function that makes steps. What is accepted: see the package."""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from scratch.testing.student.names import (
    NothingFitsError,
    arguments_of,
    call,
    find,
    made,
    method,
    names_of,
    plain,
)

STEP = ("step", "update", "update_params", "apply", "apply_gradients", "__call__")
RATE = names_of("learning_rate")
MANY = {"params", "parameters", "weights", "variables", "thetas", "ws", "grads", "gradients"}


def hyperparameters(thing: Any, names: Sequence[str]) -> dict[str, Any]:
    """Those of `names` that an object already made has as numbers: its learning rate and so on."""
    if inspect.isclass(thing) or inspect.isfunction(thing):
        return {}
    attributes = getattr(thing, "__dict__", {}).items()
    attributes = {n: v for n, v in attributes if isinstance(v, float | int | bool)}
    found = {key: find(attributes, names_of(key)) for key in names}
    return {key: attributes[name] for key, name in found.items() if name is not None}


def takes_learning_rate(thing: Any, given: Mapping[str, Any]) -> bool:
    """Whether the learning rate can be told anew before each step."""
    whole = thing if inspect.isfunction(thing) else made(thing, given)
    step = whole if inspect.isfunction(whole) else method(whole, *STEP)
    known = arguments_of(step) if step else set()
    return bool((known | {plain(n) for n in getattr(whole, "__dict__", {})}) & set(RATE))


def optimizer(
    thing: Any, given: Mapping[str, Any], weights: Mapping[str, np.ndarray]
) -> Callable[[Mapping[str, np.ndarray], float, int], dict[str, np.ndarray]]:
    """A function `(gradients, learning rate, t) -> weights after the step`.

    Args:
        thing: somebody's code.
        given: the hyperparameters.
        weights: where training starts, by name.

    Raises:
        NothingFitsError: when there is no method for a step.
    """
    whole = made(thing, given) if not inspect.isfunction(thing) else thing
    step = whole if inspect.isfunction(whole) else method(whole, *STEP)
    if step is None:
        raise NothingFitsError(
            f"{type(whole).__name__} needs one of the methods step(w, g) and update(params, grads)"
        )
    arguments = [plain(name) for name in inspect.signature(step).parameters]
    if set(arguments[:2]) & MANY:
        together = _Together(whole, step, given, weights)
        return together.step
    # One array at a time: each weight gets an optimizer of its own.
    alone = {}
    for name, w in weights.items():
        own = whole if inspect.isfunction(whole) else made(thing, given)
        step = own if inspect.isfunction(own) else method(own, *STEP)
        assert step is not None
        alone[name] = _Alone(own, step, given, w)
    return lambda gradients, lr, t: {n: one.step(gradients[n], lr, t) for n, one in alone.items()}


class _Alone:
    """Steps of one array."""

    def __init__(self, owner: Any, step: Callable, given: Mapping[str, Any], w: Any) -> None:
        self.owner, self.call, self.given, self.w = owner, step, given, w.copy()
        self.state: dict[str, Any] = {}

    def step(self, g: np.ndarray, lr: float, t: int) -> np.ndarray:
        """The array after one step."""
        _set_learning_rate(self.owner, lr)
        given = {"w": self.w, "g": g.copy(), "state": self.state, "t": t, **self.given}
        returned = call(self.call, {**given, "learning_rate": lr})
        if isinstance(returned, tuple):
            returned, self.state = returned[0], returned[1]
        if returned is not None:
            self.w = np.array(returned)
        return self.w.copy()


class _Grads(dict):
    """Gradients by the names of their weights; dW1 is understood as W1."""

    def __missing__(self, key: str) -> Any:
        if key.startswith("d") and key[1:] in self:
            return self[key[1:]]
        raise KeyError(key)


class _Together:
    """Steps of all arrays at once, as lists if the code takes lists, else as dictionaries."""

    def __init__(
        self, owner: Any, step: Callable, given: Mapping[str, Any], weights: Mapping[str, Any]
    ) -> None:
        self.owner, self.call, self.given = owner, step, given
        self.names = list(weights)
        self.state: dict[str, Any] = {}
        self.params: Any = [w.copy() for w in weights.values()]
        start = {name: w.copy() for name, w in weights.items()}
        if self._wants_dictionaries():
            self.params = start

    def _wants_dictionaries(self) -> bool:
        params = {name: w.copy() for name, w in zip(self.names, self.params, strict=True)}
        owner = self.owner
        trial = copy.copy(self)
        if not inspect.isfunction(owner):
            trial.owner = copy.deepcopy(owner)
            trial.call = method(trial.owner, *STEP) or self.call
        zeros = {name: np.zeros_like(w) for name, w in params.items()}
        for attempt in ([w.copy() for w in params.values()], params):
            trial.params, trial.state = attempt, {}
            try:
                with np.errstate(all="ignore"):
                    trial.step(zeros, 0.0, 1)
            except (AttributeError, TypeError, KeyError, IndexError):
                continue
            return isinstance(attempt, dict)
        return False

    def step(self, gradients: Mapping[str, np.ndarray], lr: float, t: int) -> dict[str, Any]:
        """All arrays after one step."""
        _set_learning_rate(self.owner, lr)
        grads: Any = [gradients[name].copy() for name in self.names]
        if isinstance(self.params, dict):
            grads = _Grads(zip(self.names, grads, strict=True))
        given = {"w": self.params, "g": grads, "state": self.state, "t": t, **self.given}
        returned = call(self.call, {**given, "learning_rate": lr})
        if isinstance(returned, tuple) and len(returned) == 2 and isinstance(returned[1], dict):
            returned, self.state = returned
        if returned is not None:
            self.params = returned if isinstance(returned, dict) else list(returned)
        values = self.params
        if isinstance(values, list):
            values = dict(zip(self.names, values, strict=True))
        return {name: np.array(values[name]) for name in self.names}


def _set_learning_rate(owner: Any, lr: float) -> None:
    attributes = getattr(owner, "__dict__", {})
    name = find(attributes, RATE)
    if name is not None and attributes[name] is not lr:
        setattr(owner, name, lr)

"""Somebody's optimizer as a function that makes steps. What is accepted: see the package."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scratch.testing.student.held import (
    Grads,
    Held,
    Layers,
    LayersOfDictionaries,
    Listed,
    ManyLayers,
    ManyLayersOfDictionaries,
    Models,
    Named,
    NamedWithD,
    Objects,
    Pair,
)
from scratch.testing.student.names import (
    NAMES,
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

STEP = ("step", "update", "update_params", "apply", "apply_gradients", "__call__")
RATE = names_of("learning_rate")
BEFORE = ("pre_update_params", "pre_update", "before_update")
AFTER = ("post_update_params", "post_update", "after_update")
MANY = {"params", "parameters", "weights", "variables", "thetas", "ws", "grads", "gradients"}
TWO = ("W1", "W2")
LAYER = ("W", "b")
DICTIONARIES = (TWO, ("W1", "b1", "W2", "b2"), ("W1", "b1"), LAYER, ("w", "b"))


def hyperparameters(thing: Any, names: Sequence[str]) -> dict[str, Any]:
    """Those of `names` that an object already made has as numbers: its learning rate and so on."""
    if inspect.isclass(thing) or inspect.isfunction(thing):
        return {}
    attributes = getattr(thing, "__dict__", {}).items()
    attributes = {n: v for n, v in attributes if isinstance(v, float | int | bool)}
    found = {key: find(attributes, names_of(key)) for key in names}
    return {key: attributes[name] for key, name in found.items() if name is not None}


@dataclass(frozen=True)
class Manner:
    """How an optimizer is spoken to.

    Attributes:
        names: of the weights.
        held: their form; None where each array gets an optimizer of its own.
        bound: whether the constructor gets them.
        told: whether the learning rate can be told anew before each step.
    """

    names: tuple[str, ...]
    held: type[Held] | None
    bound: bool = False
    told: bool = False


def manner_of(thing: Any, given: Mapping[str, Any]) -> Manner:
    """The manner that somebody's optimizer understands: the first in which all weights move.

    Raises:
        NothingFitsError: when there is no method for a step.
    """
    best: tuple[float, Manner] | None = None
    refused: NothingFitsError | None = None
    for manner in _manners(thing):
        draw = np.random.default_rng(0)
        start = {name: draw.normal(size=(3, 2)) for name in manner.names}
        gradients = {name: draw.normal(size=(3, 2)) for name in manner.names}
        still = 2.0  # the share of the weights that stay where they are; more if it does not run
        try:
            trial = Optimizer(thing, given, manner, start)
            manner = replace(manner, told=trial.told())
            with np.errstate(all="ignore"):
                after = trial.step(gradients, float(given.get("learning_rate", 0.01)), 1)
            fits = all(after[name].shape == start[name].shape for name in start)
            still = float(np.mean([(after[n] == start[n]).all() for n in start])) if fits else 1.5
        except NothingFitsError as error:
            refused = refused or error
            continue
        except Exception:
            pass
        if best is None or still < best[0]:
            best = still, manner
        if not still:
            break
    if best is None:
        assert refused is not None
        raise refused
    return best[1]


def _manners(thing: Any) -> Iterator[Manner]:
    """Those that the names of the arguments let one think of, the likeliest first."""
    step = thing if inspect.isfunction(thing) else method(thing, *STEP)
    if step is None:
        owner = getattr(thing, "__name__", type(thing).__name__)
        raise NothingFitsError(
            f"{owner} needs one of the methods step(w, g) and update(params, grads)"
        )
    asked = [plain(n) for n in inspect.signature(step).parameters if n != "self"]
    needed = {plain(n) for n in _required(thing)} if inspect.isclass(thing) else set()
    if _names_all(asked, "kernel", "bias", "dkernel", "dbias"):
        yield Manner(LAYER, Pair)
        return
    if needed & {*NAMES["w"], *NAMES["layer"]}:
        yield Manner(TWO, Objects, bound=True)
        yield Manner(TWO, Listed, bound=True)
        for names in DICTIONARIES:
            yield Manner(names, Named, bound=True)
            yield Manner(names, NamedWithD, bound=True)
        yield from _of_layers(bound=True)
        return
    if not set(asked) & {*NAMES["layer"]}:
        if not set(asked[:2]) & MANY:
            yield Manner(TWO, None)
        yield Manner(TWO, Listed)
        for names in DICTIONARIES:
            yield Manner(names, Named)
            yield Manner(names, NamedWithD)
        yield Manner(TWO, Objects)
    yield from _of_layers(bound=False)


def _of_layers(bound: bool) -> Iterator[Manner]:
    for held in (Layers, LayersOfDictionaries, ManyLayers, ManyLayersOfDictionaries, Models):
        yield Manner(LAYER, held, bound)


def _names_all(asked: Sequence[str], *keys: str) -> bool:
    return all(set(names_of(key)) & set(asked) for key in keys)


def _required(function: Any) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.default is p.empty and p.kind not in (2, 4)]


class Optimizer:
    """Somebody's optimizer, spoken to in some manner.

    Args:
        thing: somebody's code.
        given: the hyperparameters.
        manner: see `manner_of`.
        weights: where training starts, by name.
    """

    def __init__(
        self, thing: Any, given: Mapping[str, Any], manner: Manner, weights: Mapping[str, Any]
    ) -> None:
        groups = [weights] if manner.held else [{name: w} for name, w in weights.items()]
        held = manner.held or _Single
        self.parts = [_Part(thing, given, held(group, manner.bound)) for group in groups]

    def told(self) -> bool:
        """Whether the learning rate can be told anew before each step."""
        part = self.parts[0]
        known = arguments_of(part.call) | {plain(n) for n in getattr(part.owner, "__dict__", {})}
        return bool(known & set(RATE))

    def step(self, gradients: Mapping[str, np.ndarray], lr: float, t: int) -> dict[str, Any]:
        """All weights after one step."""
        now: dict[str, Any] = {}
        for part in self.parts:
            now |= part.step(gradients, lr, t)
        return now


class _Single(Held):
    """One array."""

    def formed(self, weights: Mapping[str, np.ndarray]) -> Any:
        return next(iter(weights.values()))

    def given(self, gradients: Mapping[str, np.ndarray]) -> dict[str, Any]:
        return {"w": self.form, "g": gradients[self.names[0]].copy()}

    def take(self, returned: Any) -> tuple[Any, ...]:
        returned, *rest = returned if isinstance(returned, tuple) else (returned,)
        if returned is not None:
            self.form = np.array(returned)
        return tuple(rest)

    def weights(self) -> dict[str, np.ndarray]:
        return {self.names[0]: np.array(self.form)}


class _Part:
    """An object or function of somebody's, with the weights that it steps."""

    def __init__(self, thing: Any, given: Mapping[str, Any], held: Held) -> None:
        self.given, self.held = dict(given), held
        if "beta_1" in given:
            self.given["betas"] = given["beta_1"], given["beta_2"]
        also = {"w": held.form, "layer": held.form} if held.bound else {}
        self.owner = thing if inspect.isfunction(thing) else made(thing, {**self.given, **also})
        step = self.owner if inspect.isfunction(self.owner) else method(self.owner, *STEP)
        assert step is not None
        self.call: Callable = step
        self.state: Any = {}
        self.slots: dict[str, Any] | None = None
        self.later: list[str] = []

    def step(self, gradients: Mapping[str, np.ndarray], lr: float, t: int) -> dict[str, Any]:
        """The weights after one step."""
        _set_learning_rate(self.owner, lr)
        handed = self.held.given(gradients)
        if self.held.bound:
            handed.pop("w", None)
        known = {"t": t, **self.given, "learning_rate": lr}
        asked, unknown = by_name(
            inspect.signature(self.call), {**handed, "state": self.state, **known}
        )
        if self.slots is None:
            names = unknown[sum(key not in asked.values() for key in handed) :]
            self.slots = self._first_state(names)
            self.later = [] if self.slots else _optional(self.call, asked)
        given = {**handed, "state": self.state, **known, **self.slots}
        for hook in (method(self.owner, *BEFORE), self.call, method(self.owner, *AFTER)):
            returned = call(hook, given) if hook else None
            if hook is self.call:
                self._remember(self.held.take(returned))
        return self.held.weights()

    def _first_state(self, names: Sequence[str]) -> dict[str, Any]:
        """What a function remembers in arguments of its own names: m, v, velocity, ..."""
        if not names:
            return {}
        for name, function in getattr(self.call, "__globals__", {}).items():
            if not (inspect.isfunction(function) and plain(name).startswith("init")):
                continue
            if {plain(n) for n in _required(function)} <= {*NAMES["w"], *NAMES["layer"]}:
                made_ = call(function, {"w": self.held.form})
                parts = made_ if isinstance(made_, tuple) else (made_,)
                if len(parts) == len(names):
                    return dict(zip(names, parts, strict=True))
        return {name: self._zeros() for name in names}

    def _zeros(self) -> Any:
        now = self.held.weights()
        if isinstance(self.held, Named):
            return Grads({self.held.before + name: np.zeros_like(w) for name, w in now.items()})
        zeros = [np.zeros_like(w) for w in now.values()]
        return zeros[0] if isinstance(self.held, _Single | Pair) else zeros

    def _remember(self, rest: tuple[Any, ...]) -> None:
        if self.slots or self.later:
            self.slots = dict(zip(self.slots or self.later, rest, strict=False))
        elif rest:
            self.state = rest[0]


def _optional(function: Callable, asked: Mapping[str, str]) -> list[str]:
    """Arguments that are None at first, and hold what the last step returned from then on."""
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.default is None and p.name not in asked]


def _set_learning_rate(owner: Any, lr: float) -> None:
    """Under each name under which it is kept."""
    attributes = getattr(owner, "__dict__", {})
    first = find(attributes, RATE)
    old = attributes[first] if first is not None else None
    for name in [n for n, value in attributes.items() if plain(n) in RATE and value is old]:
        setattr(owner, name, lr)

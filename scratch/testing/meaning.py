"""What somebody's code is meant to be, where nobody says it.

its shape       forward(x) and backward(dy): a layer or an activation; loss(y, p): a loss;
                step(w, g), update(params, grads): an optimizer
its behaviour   the f for which forward is f(x W + b), the loss that gives its numbers
its name        where behaviour tells nothing, because something is wrong
"""

import inspect
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from scratch import activations, quirks
from scratch.testing import student
from scratch.testing.bounds import agreement
from scratch.testing.check_losses import check_loss
from scratch.testing.check_optimizers import check_optimizer
from scratch.testing.known_functions import SCORES, shape_keeping
from scratch.testing.meanings import LOSS_WORDS, LOSSES, OPTIMIZERS, Meaning
from scratch.testing.mistakes.batch import Given
from scratch.testing.references import ALSO, activation_names, kinds
from scratch.testing.result import Result
from scratch.testing.student.names import NAMES, arguments_of, bare, plain, signature_of
from scratch.testing.student.networks import is_network
from scratch.testing.student.optimizers import STEP
from scratch.testing.student.pairs import BACKWARD, FORWARD, pair_of
from scratch.testing.student.silence import silent


class UnclearError(ValueError):
    """Nothing tells what code is meant to be."""


def meaning(thing: Any, name: str = "") -> Meaning:
    """What `thing`, called `name`, is meant to be.

    Raises:
        UnclearError: when nothing tells it.
    """
    name = name or _name(thing)
    with silent():
        kind = kind_of(thing)
        if kind == "optimizer":
            return _optimizer(thing, name)
        if kind == "loss":
            return _loss(thing, name)
        if kind == "layer":
            return _layer(thing, name)
        if kind == "network":
            return Meaning("network", "the derivative of its own cost")
    raise UnclearError(
        f"It is not clear what {name} is meant to be: say what it is like, by the name of a layer, "
        "an activation, a loss or an optimizer"
    )


def kind_of(thing: Any) -> str:
    """`"layer"`, `"loss"`, `"optimizer"`, `"network"`, or nothing."""
    if inspect.isfunction(thing):
        asked = arguments_of(thing)
        steps = asked & {*NAMES["g"], "dw", "db"} and asked & {*NAMES["w"]} - {"x"}
        steps = steps or (asked & {*NAMES["learning_rate"]} and asked & {"params", "parameters"})
        return "optimizer" if steps else "loss" if len(_needed(thing)) == 2 else ""
    pair = pair_of(thing)
    if pair is None:
        methods = {n for n in dir(thing) if callable(getattr(thing, n, None))}
        if methods & set(STEP) - {"__call__"} and not methods & set(BACKWARD):
            return "optimizer"
        pair = _first(thing, ("loss", "calculate", *FORWARD, "__call__")), None
    forward = pair[0]
    if not callable(forward):
        return ""
    if pair[1] is not None and is_network(forward):
        return "network"
    needed = [n for n in map(plain, _needed(forward)) if n != "self"]
    weights = {*NAMES["kernel"], *NAMES["bias"], "gamma", "beta"} & set(needed)
    return "loss" if len(needed) == 2 and not weights else "layer" if needed else ""


def _first(thing: Any, names: tuple[str, ...]) -> Any:
    """The first of the methods that a class defines itself; a class calls itself, too."""
    owner = thing if inspect.isclass(thing) else type(thing)
    return next((getattr(owner, n) for n in names if inspect.isfunction(getattr(owner, n, None))), None)  # fmt: skip  # noqa: E501


def _needed(function: Any) -> list[str]:
    try:
        signature = signature_of(function)
    except TypeError:
        signature = None
    if signature is None:
        return ["x"]
    parameters = signature.parameters.values()
    return [p.name for p in parameters if p.default is p.empty and p.kind not in (2, 4)]


def _name(thing: Any) -> str:
    if isinstance(thing, tuple | list):
        return " ".join(map(_name, thing))
    if isinstance(thing, types.ModuleType):
        pair = pair_of(thing)
        return _name(pair) if pair and None not in pair else thing.__name__
    return str(getattr(thing, "__name__", type(thing).__name__))


# Layers ------------------------------------------------------------------------------------------


def _layer(thing: Any, name: str) -> Meaning:
    draw = np.random.default_rng(0)
    shape = student.kernel_shape(thing) or (4, 3)
    for inputs, units in dict.fromkeys([shape, shape[::-1]]):
        weights = {"kernel": draw.normal(size=(inputs, units)), "bias": draw.normal(size=units)}
        x = draw.normal(size=(5 if 5 not in shape else 7, inputs))
        said = list(_behaviours(x, weights))
        given = {"inputs": inputs, "units": units}
        try:
            _, which = student.find_layout(thing, given, weights, x, [value for *_, value in said])
        except student.NothingFitsError:
            continue
        if which < len(said):
            f, score = said[which][:2]
            without = {"use_bias": False} if score == "x W" and not _knows_bias(thing) else {}
            return Meaning("layer", "dense", {**_with(f), **without})
    if like := _activation(thing):
        return Meaning("activation", like)
    words = plain(name)
    named = [n for kind in ("layer", "activation") for n in kinds()[kind]]
    dense = any(w in words for w in ("dense", "linear", "affine", "fullyconnected", "fc"))
    f = _longest(words, {plain(n): n for n in activation_names() if n not in ("linear", "elu")})
    if dense or _has_weights(thing):
        return Meaning("layer", "dense", _with(f))
    like = _longest(words, {**ALSO, **{plain(n): n for n in named}})
    if like == "dropout":
        return Meaning("layer", like, {"rate": 0.5})
    if like:
        return Meaning("activation" if like in activation_names() else "layer", like)
    raise UnclearError(
        f"It is not clear what {name} is meant to be: say what it is like, for example dense"
    )


def _with(activation: str) -> dict[str, Any]:
    return {} if activation in ("", "linear") else {"activation": activation}


def _behaviours(x: np.ndarray, weights: dict[str, np.ndarray]) -> Iterator[tuple[str, str, Any]]:
    """What a dense layer with each activation would give, and with the usual slips before it."""
    given = Given(x, weights["kernel"], weights["bias"], x, "", np.array, np.array)
    for score, of in SCORES.items():
        for name in shape_keeping():
            if score == "x W + b" or name in ("relu", "sigmoid", "tanh", "linear"):
                yield name, score, np.asarray(activations.get(name)(of(given)))


def _activation(thing: Any) -> str:
    """The activation that code without weights is."""
    z = np.random.default_rng(0).normal(size=(5, 4)) * 2
    try:
        layer = student.Layer(thing, {}, {})
        found = np.asarray(layer.forward(z))
    except Exception:  # whatever somebody's code raises; then its name must tell
        return ""
    for sign in (1, -1):
        for name in shape_keeping():
            wanted = np.asarray(activations.get(name)(sign * z))
            if found.shape == wanted.shape and np.allclose(
                found, wanted, rtol=agreement(wanted.dtype)
            ):
                return name
    return ""


def _has_weights(thing: Any) -> bool:
    pair = pair_of(thing)
    if pair is not None:
        return bool({*NAMES["kernel"]} & set(map(plain, _needed(pair[0]))))
    source = _initial_names(thing)
    return bool(source & {*NAMES["kernel"]})


def _knows_bias(thing: Any) -> bool:
    """Whether the text of somebody's layer names a bias at all."""
    pair = pair_of(thing)
    owner = thing if inspect.isclass(thing) else type(thing)
    functions = pair if pair is not None else vars(owner).values()
    codes = [f.__code__ for f in functions if inspect.isfunction(f)]
    named = {n for c in codes for n in (*c.co_names, *c.co_varnames, *map(str, c.co_consts))}
    return bool({bare(n) for n in named} & {*NAMES["bias"]})


def _initial_names(thing: Any) -> set[str]:
    owner = thing if inspect.isclass(thing) else type(thing)
    return {plain(n) for f in vars(owner).values() if inspect.isfunction(f)
            for n in f.__code__.co_names}  # fmt: skip


def _longest(words: str, known: dict[str, str]) -> str:
    """What the longest of the known words in a name stands for."""
    found = [word for word in known if word in words]
    return known[max(found, key=len)] if found else ""


# Losses and optimizers ---------------------------------------------------------------------------


def _loss(thing: Any, name: str) -> Meaning:
    word = _longest(plain(name), LOSS_WORDS)
    fitting = [m for m in LOSSES if word in m.like] or LOSSES
    if word == "mean_squared_error":  # a name may mean its square root, its half, ...
        fitting = [m for m in LOSSES if m.like == word]
    return _best(fitting, lambda m: check_loss(thing, m.like, **m.options), name)


def _optimizer(thing: Any, name: str) -> Meaning:
    words = plain(name)
    asked = arguments_of(thing) if inspect.isclass(thing) or inspect.isfunction(thing) else {
        plain(n) for n in getattr(thing, "__dict__", {})
    }  # fmt: skip
    momentum = bool(asked & {"momentum", "mu"}) or "momentum" in words
    if "nesterov" in words or "nag" in words:
        return OPTIMIZERS[2]
    known = {m.like: m.like for m in OPTIMIZERS[3:]}
    if like := _longest(words, known):
        return Meaning("optimizer", like)
    candidates = [m for m in OPTIMIZERS if bool(m.options) == momentum or m.like != "sgd"]
    if momentum or "sgd" in words or "descent" in words:
        candidates = [m for m in candidates if m.like == "sgd"]
    return _best(candidates, lambda m: check_optimizer(thing, m.like, **m.options), name)


def _best(candidates: list[Meaning], check: Any, name: str) -> Meaning:
    """The one that code is like: right, or else wrong in the fewest ways that are known."""
    best: tuple[tuple[int, ...], Meaning] | None = None
    with quirks.without():
        for candidate in candidates:
            try:
                rank = _rank(check(candidate))
            except (student.NothingFitsError, ValueError):
                continue
            if best is None or rank < best[0]:
                best = rank, candidate
            if rank == (0, 0, 0):
                break
    if best is None:
        raise UnclearError(f"It is not clear what {name} is meant to be: say what it is like")
    return best[1]


def _rank(result: Result) -> tuple[int, ...]:
    unknown = sum(f.diagnosis is None for f in result.findings)
    return (bool(result.findings), unknown - ("loss" in result.right), len(result.findings))

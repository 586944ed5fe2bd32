"""Whose argument is what: from the names in somebody's code to what they are given."""

import copy
import inspect
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

NAMES: dict[str, tuple[str, ...]] = {
    "input": ("x", "inputs", "input", "z", "aprev", "xbatch"),
    "upstream": ("dy", "dout", "upstream", "grad", "gradoutput", "da", "dz", "delta", "gradient"),
    "output": ("y", "out", "output", "a", "s"),
    "cache": ("cache", "memory", "saved", "mask"),
    "rate": ("rate", "p", "dropoutrate", "dropoutratio", "dropout", "dropprob", "droprate"),
    "keep": ("keep", "keepprob", "keeprate", "pkeep"),
    "training": ("training", "train", "istraining", "trainflg"),
    "kernel": ("w", "kernel", "weights", "weight"),
    "bias": ("b", "bias", "biases"),
    "inputs": ("inputs", "nin", "infeatures", "inputdim", "inputsize", "ninputs", "fanin", "indim"),
    "units": ("units", "nout", "outfeatures", "outputdim", "outputsize", "noutputs", "outdim",
              "neurons", "nneurons", "nunits", "fanout"),
    "labels": ("ytrue", "y", "t", "labels", "targets", "target", "label"),
    "predictions": ("ypred", "p", "yhat", "predictions", "pred", "outputs", "a", "z", "logits"),
    "w": ("w", "weights", "params", "parameters", "weight", "param", "theta", "variables", "x"),
    "g": ("g", "grads", "gradients", "grad", "gradient", "dw", "dx"),
    "state": ("state", "cache", "memory", "config"),
    "t": ("t", "step", "iteration"),
    "learning_rate": ("learningrate", "lr", "eta", "alpha", "stepsize"),
    "beta_1": ("beta1", "b1"),
    "beta_2": ("beta2", "b2"),
    "epsilon": ("epsilon", "eps"),
    "momentum": ("momentum", "mu", "beta", "gamma"),
    "rho": ("rho", "decayrate", "decay", "gamma", "beta"),
}  # fmt: skip


class NothingFitsError(TypeError):
    """The code has none of the accepted shapes; the message says what was looked for."""


def plain(name: str) -> str:
    """A name as it is compared: lower case, no underscores."""
    return name.replace("_", "").lower()


def names_of(key: str) -> tuple[str, ...]:
    """Every name, as it is compared, that stands for `key`."""
    return (plain(key), *NAMES.get(key, ()))


def call(function: Callable, given: Mapping[str, Any], fill: bool = True) -> Any:
    """Calls `function` with those of the `given` values that its arguments ask for by name.

    Args:
        function: somebody's code.
        given: what can be had, from the keys of `NAMES`, in the order for arguments of other names.
        fill: whether arguments of other names get what is left.

    Raises:
        NothingFitsError: for an argument without a default that nothing is left for.
    """
    name = getattr(function, "__name__", str(function))
    try:
        signature = inspect.signature(function)
    except ValueError:  # some functions of NumPy have none
        return function(next(iter(given.values())))
    left, chosen, unknown = dict(given), {}, []
    for p in signature.parameters.values():
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        key = next((key for key in left if plain(p.name) in names_of(key)), None)
        if key is not None:
            chosen[p.name] = left.pop(key)
        elif p.default is p.empty:
            unknown.append(p.name)
    for argument in unknown:
        if not (fill and left):
            raise NothingFitsError(
                f"{name}{signature}: nothing is known to give for the argument {argument!r}. "
                f"Understood are: {', '.join(NAMES[k][0] if k in NAMES else k for k in given)}. "
                "Give the argument a default, or pass an object that you made yourself"
            )
        chosen[argument] = left.pop(next(iter(left)))
    positional = [
        chosen.pop(p.name)
        for p in signature.parameters.values()
        if p.kind is p.POSITIONAL_ONLY and p.name in chosen
    ]
    return function(*positional, **chosen)


def arguments_of(thing: Any) -> set[str]:
    """The names, as they are compared, of the arguments of a function or a class."""
    try:
        return {plain(name) for name in inspect.signature(thing).parameters}
    except ValueError:
        return set()


def find(names: Mapping[str, Any], wanted: Iterable[str]) -> str | None:
    """The first of the `names` that is one of those `wanted`."""
    wanted = set(wanted)
    return next((name for name in names if plain(str(name)) in wanted), None)


def method(thing: Any, *names: str) -> Callable | None:
    """The first of these methods (or entries of a module) that `thing` has."""
    return next((m for m in (getattr(thing, n, None) for n in names) if callable(m)), None)


def made(thing: Any, given: Mapping[str, Any]) -> Any:
    """An object of its own for each use: a class is called, an object copied, a module kept."""
    if inspect.isclass(thing):
        return call(thing, given, fill=False)
    return thing if isinstance(thing, types.ModuleType) else copy.deepcopy(thing)

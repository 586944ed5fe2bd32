"""Whose argument is what: from the names in somebody's code to what they are given."""

import copy
import inspect
import itertools
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

NAMES: dict[str, tuple[str, ...]] = {
    "input": ("x", "inputs", "input", "z", "aprev", "xbatch", "inp", "inputdata"),
    "upstream": ("dy", "dout", "upstream", "grad", "gradoutput", "da", "dz", "delta", "gradient",
                 "dvalues", "outputgradient", "outputerror", "gradout", "outputgrad", "dldy"),
    "output": ("y", "out", "output", "a", "s"),
    "cache": ("cache", "memory", "saved", "mask"),
    "rate": ("rate", "p", "dropoutrate", "dropoutratio", "dropout", "dropprob", "droprate"),
    "keep": ("keep", "keepprob", "keeprate", "pkeep"),
    "training": ("training", "train", "istraining", "trainflg"),
    "kernel": ("w", "kernel", "weights", "weight", "theta"),
    "bias": ("b", "bias", "biases"),
    "inputs": ("inputs", "nin", "infeatures", "inputdim", "inputsize", "ninputs", "fanin", "indim",
               "insize", "inputfeatures", "dimin", "din", "numinputs", "nprev"),
    "units": ("units", "nout", "outfeatures", "outputdim", "outputsize", "noutputs", "outdim",
              "neurons", "nneurons", "nunits", "fanout", "outsize", "outputfeatures", "dimout",
              "dout", "numoutputs", "numunits", "hiddensize", "nhidden"),
    "channels": ("channels", "inchannels", "inputchannels", "nchannels", "cin", "c"),
    "filters": ("filters", "outchannels", "nfilters", "numfilters", "outputchannels", "cout", "f"),
    "kernel_size": ("kernelsize", "ksize", "kernelshape", "filtersize", "size", "k"),
    "pool_size": ("poolsize", "poolshape", "windowsize", "kernelsize", "size", "k"),
    "strides": ("strides", "stride", "s"),
    "padding": ("padding", "pad"),
    "seed": ("seed", "randomstate"),
    "activation": ("activation", "activationname", "act", "f"),
    "labels": ("ytrue", "t", "labels", "targets", "target", "label", "truth", "expected", "actual",
               "groundtruth", "ytarget", "yactual", "targs", "gt"),
    "predictions": ("ypred", "p", "yhat", "predictions", "pred", "preds", "outputs", "output", "a",
                    "al", "a2", "z", "logits", "scores", "h", "x", "o", "out", "yout", "yp",
                    "probs", "probabilities", "prediction", "predicted", "dvalues", "inputs",
                    "input"),
    "w": ("w", "weights", "params", "parameters", "weight", "param", "theta", "variables", "x"),
    "g": ("g", "grads", "gradients", "grad", "gradient", "dw", "dx"),
    "dkernel": ("dw", "gradw", "wgrad", "dweights", "dweight", "deltaw", "dldw", "djdw"),
    "dbias": ("db", "gradb", "bgrad", "dbiases", "dbias", "deltab", "dldb", "djdb"),
    "layer": ("layer", "layers", "model", "network", "net", "nn", "module"),
    "state": ("state", "cache", "memory", "config"),
    "t": ("t", "step", "iteration", "iterations", "iter", "it", "timestep", "nstep"),
    "learning_rate": ("learningrate", "lr", "eta", "alpha", "stepsize", "currentlearningrate"),
    "beta_1": ("beta1", "b1"),
    "beta_2": ("beta2", "b2"),
    "epsilon": ("epsilon", "eps"),
    "momentum": ("momentum", "mu", "beta", "gamma"),
    "rho": ("rho", "decayrate", "decay", "gamma", "beta"),
}  # fmt: skip


# What a constructor may ask for besides, and what does no harm.
SETTINGS: Mapping[str, Any] = {"learning_rate": 0.01, "seed": 0}


class NothingFitsError(TypeError):
    """The code has none of the accepted shapes; the message says what was looked for."""


def plain(name: str) -> str:
    """A name as it is compared: lower case, no underscores, no hyphens."""
    return name.replace("_", "").replace("-", "").lower()


def bare(name: str) -> str:
    """A name as it is compared, without the number of a layer: W of W1."""
    return plain(name).rstrip("0123456789")


def names_of(key: str) -> tuple[str, ...]:
    """Every name, as it is compared, that stands for `key`."""
    return (plain(key), *NAMES.get(key, ()))


def call(
    function: Callable,
    given: Mapping[str, Any],
    fill: bool = True,
    named: Mapping[str, Any] = types.MappingProxyType({}),
    order: int = 0,
) -> Any:
    """Calls `function` with those of the `given` values that its arguments ask for by name.

    Args:
        function: somebody's code.
        given: what can be had, from the keys of `NAMES`, in the order for arguments of other names.
        fill: whether arguments of other names get what is left.
        named: what can be had by name alone.
        order: which permutation of what is left they get.

    Raises:
        NothingFitsError: for an argument without a default that nothing is left for.
    """
    name = getattr(function, "__name__", str(function))
    signature = signature_of(function)
    if signature is None:
        return function(next(iter(given.values())))
    known = {**given, **{key: value for key, value in named.items() if key not in given}}
    chosen, unknown = by_name(signature, known)
    left = {key: value for key, value in given.items() if key not in chosen.values()}
    if len(unknown) > len(left) or (unknown and not fill):
        raise NothingFitsError(
            f"{name}{signature}: nothing is known to give for the argument "
            f"{unknown[len(left) if fill else 0]!r}. Understood are: "
            f"{', '.join(NAMES[k][0] if k in NAMES else k for k in given)}. "
            "Give the argument a default, or pass an object that you made yourself"
        )
    permutations = list(itertools.permutations(left, len(unknown)))
    chosen |= dict(zip(unknown, permutations[order % len(permutations)], strict=True))
    values = {argument: known[key] for argument, key in chosen.items()}
    positional = [
        values.pop(p.name)
        for p in signature.parameters.values()
        if p.kind is p.POSITIONAL_ONLY and p.name in values
    ]
    return function(*positional, **values)


def signature_of(function: Callable) -> inspect.Signature | None:
    """What a function takes; None where that is not known.

    Of older versions of NumPy, functions such as `tanh` have no signature, or one that says
    nothing: `(*args, **kwargs)`.
    """
    try:
        signature = inspect.signature(function)
    except ValueError:
        return None
    kinds = {p.kind for p in signature.parameters.values()}
    anything = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return None if isinstance(function, np.ufunc) and kinds == anything else signature


def by_name(
    signature: inspect.Signature, given: Mapping[str, Any]
) -> tuple[dict[str, str], list[str]]:
    """Which arguments ask for which of the `given` by their names, and which others need a value.

    An argument gets the key that is its very name, else the first key that knows its name and that
    no other argument has.
    """
    exact = {plain(key): key for key in given}
    chosen = {name: exact[plain(name)] for name in signature.parameters if plain(name) in exact}
    unknown = []
    for p in signature.parameters.values():
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) or p.name in chosen:
            continue
        taken = chosen.values()
        keys = (key for key in given if key not in taken and plain(p.name) in names_of(key))
        if (key := next(keys, None)) is not None:
            chosen[p.name] = key
        elif p.default is p.empty:
            unknown.append(p.name)
    return chosen, unknown


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
        return call(thing, given, fill=False, named=SETTINGS)
    return thing if isinstance(thing, types.ModuleType) else copy.deepcopy(thing)

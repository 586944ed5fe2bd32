"""Somebody's layer as a function from `(x, dy)` to answers. What is accepted: see the package."""

import inspect
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scratch.testing.student.names import (
    NAMES,
    NothingFitsError,
    arguments_of,
    call,
    find,
    made,
    method,
    names_of,
    plain,
)

WEIGHTS, GRADIENTS = ("params", "parameters", "weights"), ("grads", "gradients", "grad")
FORWARD, BACKWARD = ("forward", "call"), ("backward", "backprop", "derivative", "prime")


def layer(
    thing: Any,
    given: Mapping[str, Any],
    weights: Mapping[str, np.ndarray],
    also: Mapping[str, Any] = types.MappingProxyType({}),
) -> Callable:
    """A function `(x, dy) -> answers` for somebody's layer, with these weights.

    Args:
        thing: somebody's code.
        given: for the arguments of a class.
        weights: by name.
        also: what a forward pass may ask for besides the input.

    Answers are `"output"`, `"d" + name` for each weight, and `"dx"` where the code gives it.

    Raises:
        NothingFitsError: when a part is missing.
    """
    plain_functions = isinstance(thing, tuple | list | types.ModuleType)
    if plain_functions or not (inspect.isclass(thing) or method(thing, *BACKWARD)):
        return _functions(thing, weights, also)
    layer = made(thing, {**given, **weights})
    if method(layer, *FORWARD, "__call__") is None or method(layer, *BACKWARD) is None:
        raise NothingFitsError(
            f"{type(layer).__name__} needs the methods forward(x) and backward(dy)"
        )
    return lambda x, dy: _use(layer, x, dy, weights, also)


def kernel_shape(thing: Any) -> tuple[int, int] | None:
    """The shape of the weight matrix that an object already has, or None."""
    if isinstance(thing, tuple | list | type | types.ModuleType) or not hasattr(thing, "__dict__"):
        return None
    for place in _places(thing, *WEIGHTS):
        kernel = np.asarray(place.get(find(place, names_of("kernel")) or ""))
        if kernel.ndim == 2:
            return kernel.shape
    return None


def _use(
    layer: Any, x: np.ndarray, dy: np.ndarray, weights: Mapping[str, np.ndarray],
    also: Mapping[str, Any],
) -> Any:  # fmt: skip
    forward, backward = method(layer, *FORWARD, "__call__"), method(layer, *BACKWARD)
    assert forward is not None
    assert backward is not None
    if not _set_weights(layer, weights):
        call(forward, {"input": x.copy()})  # some layers make their weights on first use
        if not _set_weights(layer, weights):
            wanted = " and ".join(names_of(name)[1].upper() for name in weights)
            raise NothingFitsError(
                f"{type(layer).__name__} has no weights that could be set: looked for {wanted} as "
                "attributes and in a dictionary `params`"
            )
    if reset := method(layer, "zero_grad", "zero_gradients"):
        reset()
    output = call(forward, {"input": x.copy(), **also})
    if output is None:  # left as an attribute
        output = vars(layer).get(find(vars(layer), names_of("output")) or "")
    if output is None:
        raise NothingFitsError(f"{type(layer).__name__}.forward returned nothing")
    output = np.array(output)
    returned = call(backward, {"upstream": dy.copy(), "input": x.copy(), "output": output.copy()})
    return {"output": output, **_gradients(layer, returned, weights)}


def _places(layer: Any, *dictionaries: str) -> list[dict[str, Any]]:
    """Where an object keeps its numbers: its attributes, and its dictionaries of these names."""
    attributes = vars(layer)
    return [attributes, *(d for n in dictionaries if isinstance(d := attributes.get(n), dict))]


def _set_weights(layer: Any, weights: Mapping[str, np.ndarray]) -> bool:
    done = set()
    for place in _places(layer, *WEIGHTS):
        for key, value in weights.items():
            name = find({n: v for n, v in place.items() if not isinstance(v, dict)}, names_of(key))
            if name is None:
                continue
            old, shape = place[name], value.shape
            if old is not None:
                shape = np.shape(old)
                if [n for n in shape if n != 1] != [n for n in value.shape if n != 1]:
                    raise NothingFitsError(
                        f"{type(layer).__name__}.{name} has shape {shape}, expected {value.shape}: "
                        "weights are stored (inputs, units)"
                    )
            if isinstance(old, np.ndarray) and old.dtype == value.dtype:
                old[...] = value.reshape(shape)  # it may be known under a second name
            else:
                place[name] = value.reshape(shape).copy()
            done.add(key)
    return done >= set(weights) - {"bias"}


def _gradient_names(key: str) -> set[str]:
    of = names_of(key)
    before, after = ("d", "grad", "gradient", "delta"), ("grad", "grads", "gradient")
    return {p + n for p in before for n in of} | {n + p for p in after for n in of}


def _gradients(owner: Any, returned: Any, weights: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """`d<weight>` and `dx` from what a backward pass returned and left behind."""
    places: list[dict[str, Any]] = [] if owner is None else _places(owner)
    dictionaries = [] if owner is None else _places(owner, *GRADIENTS)[1:]
    found: dict[str, Any] = {}
    if isinstance(returned, dict):
        dictionaries.append(returned)
        returned = next((v for k, v in returned.items() if plain(k) in ("dx", "daprev")), None)
    elif isinstance(returned, tuple | list):
        values = dict(zip(weights, returned[-len(weights) :] if weights else (), strict=False))
        returned = returned[0] if len(returned) > len(weights) else None
        found = {gradient_name(key): values[key] for key in values}
    for key in weights:
        for place in places:
            if gradient_name(key) not in found and (name := find(place, _gradient_names(key))):
                found[gradient_name(key)] = place[name]
        for place in dictionaries:
            name = find(place, _gradient_names(key) | set(names_of(key)))
            if gradient_name(key) not in found and name:
                found[gradient_name(key)] = place[name]
        if found.get(gradient_name(key)) is None:
            raise NothingFitsError(
                f"After backward no gradient of {key} was found: looked for attributes such as "
                f"d{NAMES.get(key, (key,))[0].upper()}, a dictionary `grads`, and a returned tuple "
                "(dx, dW, db)"
            )
    for place in places if returned is None else ():
        returned = place.get(find(place, _gradient_names("input")) or "")
    if returned is not None:
        found["dx"] = returned
    return {name: np.array(value) for name, value in found.items()}


def _functions(thing: Any, weights: Mapping[str, np.ndarray], also: Mapping[str, Any]) -> Callable:
    pair = thing if isinstance(thing, tuple | list) else (method(thing, *FORWARD), method(thing, *BACKWARD))  # fmt: skip  # noqa: E501
    if len(pair) != 2 or not all(callable(f) for f in pair):
        raise NothingFitsError(
            "Expected a layer: a class or an object with forward(x) and backward(dy), or a pair of "
            f"functions (forward, backward). Received: {thing!r}"
        )
    forward, backward = pair
    # An activation's derivative takes one argument, and knows nothing of dy.
    derivative = not weights and len(arguments_of(backward)) == 1
    given_output = bool(arguments_of(backward) & {"a", "s", "y", "out", "output"})

    def answer(x: np.ndarray, dy: np.ndarray) -> dict[str, Any]:
        output = call(forward, {"input": x.copy(), **_copies(weights), **also})
        cache = None
        if isinstance(output, tuple):
            output, cache = output
        output = np.array(output)
        if derivative:
            return {"output": output, "dx": dy * backward(output.copy() if given_output else x)}
        given = {"upstream": dy.copy(), "input": x.copy(), **_copies(weights)}
        given |= {"output": output.copy()} if cache is None else {"cache": cache}
        if cache is not None:  # (dy, cache), whatever they are called
            given = {"upstream": given.pop("upstream"), "cache": given.pop("cache"), **given}
        returned = call(backward, {**given, **also})
        return {"output": output, **_gradients(None, returned, weights)}

    return answer


def _copies(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: array.copy() for name, array in arrays.items()}


def gradient_name(key: str) -> str:
    """What the gradient of a weight is called in answers: dW, db, dgamma."""
    return "d" + {"kernel": "W", "bias": "b"}.get(key, key)

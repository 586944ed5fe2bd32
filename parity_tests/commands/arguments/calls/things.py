"""Small things that are given to calls, and what one tells of them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


def told(thing: Any) -> Any:
    """What an object is: a function by its name, anything else by its classes and its config."""
    if thing is None or isinstance(thing, str | int | float | bool | np.ndarray):
        return thing
    if isinstance(thing, Mapping):
        return {name: told(part) for name, part in thing.items()}
    if isinstance(thing, list | tuple):
        return [type(thing).__name__, *map(told, thing)]
    if isinstance(thing, type) or not hasattr(thing, "get_config"):
        return thing.__name__
    return {
        "class": type(thing).__name__,
        "version": getattr(thing, "version", None),
        "config": told(thing.get_config()),
    }


def mine(base: type, version: int) -> type:
    """A class of a user's own, called `Mine`, that has a version."""
    return type("Mine", (base,), {"version": version})


def network(
    k: Any, units: int = 2, scale: float = 1.0, dense: Any = None, name: str = "one"
) -> Any:
    """One layer with weights that are known, compiled."""
    layer = (dense or k.layers.Dense)(units, name="dense")
    model = k.Sequential([k.Input((3,), name="x"), layer], name=name)
    model.set_weights(
        [scale * np.linspace(0, 1, w.size, dtype="float32").reshape(w.shape)
         for w in model.get_weights()]
    )  # fmt: skip
    model.compile("sgd", "mse")
    return model


def nested(k: Any, units: int = 2) -> Any:
    """A model inside a model."""
    inner = k.Sequential([k.Input((3,)), k.layers.Dense(3, "tanh", name="deep")], name="inner")
    x = k.Input((3,), name="x")
    return k.Model(x, k.layers.Dense(units, name="top")(inner(x)), name="outer")


def seen_of(model: Any) -> dict[str, Any]:
    """What one sees of a model: its layers, weights, and whether it is compiled."""
    return {
        "name": model.name,
        "layers": _layers(model),
        "input": [tuple(x.shape) for x in model.inputs],
        "named": [x.name for x in model.inputs],
        "weights": model.get_weights(),
        "compiled": model.compiled,
    }


def _layers(model: Any) -> list[Any]:
    return [
        [type(layer).__name__, layer.name, layer.trainable, getattr(layer, "version", None),
         _layers(layer) if hasattr(layer, "layers") else []]
        for layer in model.layers
    ]  # fmt: skip


def tried(action: Callable[[], Any]) -> Any:
    """What an action gives, or the class of its error: where that is what one wants to see."""
    try:
        return action()
    except ValueError as error:
        return f"refused: {type(error).__name__}"

"""Weights and gradients as somebody's optimizer gets them.

    listed      step(params, grads), lists
    named       update(params, grads), dictionaries: W1 and dW1, or W1 and W1
    objects     step(), of objects with data and grad that the constructor got
    layers      update_params(layer): the weights are attributes of a layer, the gradients too
    a pair      update(w, b, dw, db)

Each of them is *held*: it hands over what the arguments ask for, takes back what was returned, and
tells the weights as they are now.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch.testing.student.gradients import gradient_names
from scratch.testing.student.names import find, names_of, plain

Arrays = Mapping[str, np.ndarray]


class Held:
    """Weights in some form.

    Attributes:
        names: of the weights, in order.
        form: what stands for all of them.
        bound: whether the constructor gets them, or the step.
    """

    def __init__(self, weights: Arrays, bound: bool = False) -> None:
        self.names = list(weights)
        self.bound = bound
        self.form: Any = self.formed({name: w.copy() for name, w in weights.items()})

    def formed(self, weights: Arrays) -> Any:
        """The weights in this form."""
        raise NotImplementedError

    def given(self, gradients: Arrays) -> dict[str, Any]:
        """What a step may ask for, by the keys of `names.NAMES`."""
        raise NotImplementedError

    def take(self, returned: Any) -> tuple[Any, ...]:
        """Takes the new weights out of what a step returned; what came with them is the answer."""
        return ()

    def weights(self) -> dict[str, np.ndarray]:
        """As they are now."""
        raise NotImplementedError


class Listed(Held):
    """A list of arrays."""

    def formed(self, weights: Arrays) -> Any:
        """The list."""
        return list(weights.values())

    def given(self, gradients: Arrays) -> dict[str, Any]:
        """Two lists."""
        return {"w": self.form, "g": [gradients[name].copy() for name in self.names]}

    def take(self, returned: Any) -> tuple[Any, ...]:
        """A list of weights, and perhaps a state."""
        rest: tuple[Any, ...] = ()
        if isinstance(returned, tuple) and isinstance(returned[0], list | tuple | dict):
            returned, *rest = returned  # type: ignore[assignment]
        if returned is not None:
            self.form = returned if isinstance(returned, dict) else list(returned)
        return tuple(rest)

    def weights(self) -> dict[str, np.ndarray]:
        """By the names in order."""
        return {n: np.array(w) for n, w in zip(self.names, self.form, strict=True)}


class Grads(dict):
    """Gradients by the names of their weights; dW1 is understood as W1, and W1 as dW1."""

    def __missing__(self, key: str) -> Any:
        for other in (key[1:] if key.startswith("d") else "", f"d{key}"):
            if other in self:
                return self[other]
        raise KeyError(key)


class Named(Listed):
    """A dictionary of arrays, with a dictionary of their gradients."""

    before = ""

    def formed(self, weights: Arrays) -> Any:
        """The dictionary."""
        return dict(weights)

    def given(self, gradients: Arrays) -> dict[str, Any]:
        """Two dictionaries."""
        grads = Grads({self.before + name: gradients[name].copy() for name in self.names})
        return {"w": self.form, "g": grads}

    def weights(self) -> dict[str, np.ndarray]:
        """By their names."""
        return {name: np.array(self.form[name]) for name in self.names}


class NamedWithD(Named):
    """A dictionary of arrays; the names of the gradients have a d in front."""

    before = "d"


class Pair(Held):
    """w and b, as arguments of their own."""

    def formed(self, weights: Arrays) -> Any:
        """Both."""
        return list(weights.values())

    def given(self, gradients: Arrays) -> dict[str, Any]:
        """Four arguments."""
        keys = "kernel", "bias", "dkernel", "dbias"
        values = *self.form, *(gradients[name].copy() for name in self.names)
        return dict(zip(keys, values, strict=True))

    def take(self, returned: Any) -> tuple[Any, ...]:
        """Two arrays and perhaps a state, or a dictionary."""
        if isinstance(returned, Mapping):
            found = [find(returned, names_of(key)) for key in ("kernel", "bias")]
            returned = tuple(returned[name] for name in found if name is not None)
        if returned is None:
            return ()
        self.form = list(returned[:2])
        return tuple(returned[2:])

    def weights(self) -> dict[str, np.ndarray]:
        """Both."""
        return {n: np.array(w) for n, w in zip(self.names, self.form, strict=True)}


class Thing:
    """An object whose attributes are known under every name that somebody may give them."""

    def __init__(self, **known: Any) -> None:
        vars(self)["known"] = known

    def __getattr__(self, name: str) -> Any:
        if (key := _key(name, vars(self).get("known", {}))) is None or name.startswith("__"):
            raise AttributeError(f"{name!r} is not among the attributes of a layer or a parameter")
        return self.known[key]

    def __setattr__(self, name: str, value: Any) -> None:
        key = _key(name, self.known)
        if key is None:
            vars(self)[name] = value
        else:
            self.known[key] = value


ATTRIBUTES = {
    "w": {"data", "value", "array", "val", "tensor", *names_of("kernel")},
    "g": {"grad", "gradient", "g", "dw", "d", *gradient_names("kernel")},
    "kernel": set(names_of("kernel")),
    "bias": set(names_of("bias")),
    "dkernel": gradient_names("kernel"),
    "dbias": gradient_names("bias"),
    "params": {"params", "parameters", "trainableparams", "variables"},
    "grads": {"grads", "gradients"},
    "layers": {"layers", "modules", "trainablelayers"},
    "trainable": {"trainable", "requiresgrad", "hasweights"},
}  # fmt: skip


def _key(name: str, known: Mapping[str, Any]) -> str | None:
    return next((key for key in known if plain(name) in ATTRIBUTES[key]), None)


class Called(list):
    """A list that may also be asked for: `parameters` and `parameters()`."""

    def __call__(self) -> "Called":
        return self


class Objects(Held):
    """Objects that have their data and their gradient."""

    def formed(self, weights: Arrays) -> Any:
        """One for each weight."""
        return [Thing(w=w, g=np.zeros_like(w), trainable=True) for w in weights.values()]

    def given(self, gradients: Arrays) -> dict[str, Any]:
        """The objects, with new gradients."""
        for name, parameter in zip(self.names, self.form, strict=True):
            parameter.known["g"] = gradients[name].copy()
        return {"w": self.form}

    def weights(self) -> dict[str, np.ndarray]:
        """The data of each."""
        return {n: np.array(p.known["w"]) for n, p in zip(self.names, self.form, strict=True)}


class Layers(Held):
    """A layer with a kernel and a bias, in attributes, lists or dictionaries."""

    many = False  # whether it comes in a list of layers
    listed: Any = Listed

    def formed(self, weights: Arrays) -> Any:
        """The layer."""
        self.inside = self.listed(weights)
        w, b = weights.values()
        self.layer = Thing(kernel=w, bias=b, dkernel=None, dbias=None, params=None, grads=None,
                           trainable=True)  # fmt: skip
        if not self.many:
            return self.layer
        self.layers = Called([self.layer])
        return self.layers

    def given(self, gradients: Arrays) -> dict[str, Any]:
        """The layer, with new gradients."""
        self.before = self.weights()
        self.inside = self.listed(self.before)
        given = self.inside.given(gradients)
        w, b = (array.copy() for array in self.before.values())
        dw, db = (gradients[name].copy() for name in self.names)
        self.layer.known.update(kernel=w, bias=b, dkernel=dw, dbias=db,
                                params=given["w"], grads=given["g"])  # fmt: skip
        return {"layer": self.form, "w": self.form}

    def weights(self) -> dict[str, np.ndarray]:
        """Those of the attributes; where these have not moved, those of the list."""
        values = self.layer.known["kernel"], self.layer.known["bias"]
        now = {n: np.array(v) for n, v in zip(self.names, values, strict=True)}
        inside = self.layer.known["params"]
        if inside is not None:
            self.inside.form = inside
            others = self.inside.weights()
            now = {n: now[n] if (now[n] != self.before[n]).any() else others[n] for n in now}
        return now


class LayersOfDictionaries(Layers):
    """A layer whose weights are in a dictionary."""

    listed = Named


class ManyLayers(Layers):
    """A list of layers."""

    many = True


class ManyLayersOfDictionaries(Layers):
    """A list of layers whose weights are in dictionaries."""

    many, listed = True, Named


class Models(Layers):
    """A model: something that has layers."""

    many = True

    def formed(self, weights: Arrays) -> Any:
        """A thing with the layers and their parameters."""
        return Thing(layers=super().formed(weights))

"""The layers of a state: which there are, what each may be given, and which may follow which.

A layer takes an input of so many dimensions, the batch not counted: 1, a list of numbers; 2, a
sequence (length, channels); 3, an image (height, width, channels).
"""

from typing import Any

from .choices import ACTIVATIONS, initializer, regularizer
from .fields import RefusedError, flag, number, one_of, table, whole
from .protocol import CAPS
from .samples import Samples

_WEIGHTS = {
    "use_bias": True, "kernel_initializer": None, "bias_initializer": None,
    "kernel_regularizer": None,
}  # fmt: skip
DENSE = {"units": 4, "activation": "tanh", **_WEIGHTS}
_WINDOW = {"filters": 4, "kernel_size": 3, "strides": 1, "padding": "same", "activation": "relu"}
LAYERS: dict[str, dict[str, Any]] = {
    "Dense": DENSE,
    "Dropout": {"rate": 0.2},
    "BatchNormalization": {"momentum": 0.99, "epsilon": 1e-3},
    "LayerNormalization": {"epsilon": 1e-3},
    "Conv1D": {**_WINDOW, **_WEIGHTS},
    "MaxPooling1D": {"pool_size": 2},
    "AveragePooling1D": {"pool_size": 2},
    "GlobalAveragePooling1D": {},
    "GlobalMaxPooling1D": {},
    "Conv2D": {**_WINDOW, **_WEIGHTS},
    "MaxPooling2D": {"pool_size": 2},
    "AveragePooling2D": {"pool_size": 2},
    "Flatten": {},
}
# Of how many dimensions an input must be; what is not here takes any.
TAKES: dict[str, tuple[int, ...]] = {
    "Dense": (1,), "Conv1D": (2,), "MaxPooling1D": (2,), "AveragePooling1D": (2,),
    "GlobalAveragePooling1D": (2,), "GlobalMaxPooling1D": (2,), "Conv2D": (3,),
    "MaxPooling2D": (3,), "AveragePooling2D": (3,), "Flatten": (2, 3),
}  # fmt: skip
FLATTENING = ("Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D")
_CALLED = {1: "a list of numbers", 2: "a sequence", 3: "an image"}
_DATA = {2: "glides", 3: "strokes"}


def checked_layer(place: int, given: Any) -> dict[str, Any]:
    """A hidden layer, whole.

    Raises:
        RefusedError: where something is unknown, or out of bounds.
    """
    what = f"layers[{place}]"
    if not isinstance(given, dict):
        raise RefusedError(f"`{what}` must be an object with a `class`. Received: {given!r}")
    kind = one_of(f"{what}.class", given.get("class", "Dense"), LAYERS)
    options = LAYERS[kind]
    found = {"class": kind, **options, **table(what, given, ("class", *options))}
    for key in options:
        found[key] = _checked_option(f"{what}.{key}", key, found[key])
    return found


def checked_output(given: Any, samples: Samples, usual: str | None) -> dict[str, Any]:
    """The last Dense layer; its activation, where none is named, is `usual`, or fits the data."""
    options = {key: value for key, value in DENSE.items() if key != "units"}
    found = {**options, "activation": None, **table("output", given or {}, options)}
    if found["activation"] is None:
        binary = "sigmoid" if samples.classes == 2 else "softmax"
        fitting = binary if samples.kind == "classification" else "linear"
        found["activation"] = usual or fitting
    return {key: _checked_option(f"output.{key}", key, value) for key, value in found.items()}


def _checked_option(name: str, key: str, value: Any) -> Any:
    if key in ("units", "filters"):
        return whole(name, value, 1, CAPS[key])
    if key in ("kernel_size", "pool_size", "strides"):
        return whole(name, value, 1, 5)
    if key == "activation":
        return one_of(name, value, ACTIVATIONS)
    if key == "padding":
        return one_of(name, value, ("same", "valid"))
    if key == "use_bias":
        return flag(name, value)
    if key.endswith("initializer"):
        return initializer(name, value)
    if key.endswith("regularizer"):
        return regularizer(name, value)
    return number(name, value, 0, 0.95 if key == "rate" else 1)


def require_fitting(layers: list[dict[str, Any]], samples: Samples) -> None:
    """Each layer gets an input of the dimensions that it takes, and the output a list of numbers.

    Raises:
        RefusedError: for the first that does not.
    """
    dimensions = samples.inputs.ndim - 1
    for place, layer in enumerate(layers):
        kind, takes = layer["class"], TAKES.get(layer["class"], (dimensions,))
        if dimensions not in takes:
            wanted = " or ".join(_CALLED[n] for n in takes)
            if dimensions > 1 and kind == "Dense":
                advice = "put a Flatten before it"
            else:
                data = " or ".join(f'"{_DATA[n]}"' for n in takes if n in _DATA)
                advice = f"choose the data {data}, and put it before what flattens them"
            raise RefusedError(
                f"layers[{place}], a {kind}, needs {wanted}, and gets {_CALLED[dimensions]}: "
                + advice
            )
        if kind in FLATTENING:
            dimensions = 1
    if dimensions > 1:
        ends = "Flatten" if dimensions == 3 else "Flatten or GlobalAveragePooling1D"
        raise RefusedError(
            f"The output is a Dense layer, and gets {_CALLED[dimensions]}: end `layers` in {ends}"
        )

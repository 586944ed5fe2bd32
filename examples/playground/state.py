"""The state: everything that is chosen, checked, with what was left out filled in.

Classes and options are looked up in `scratch` by the names of a list: what comes from a page or a
link can name nothing else.
"""

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

import scratch as keras

from .features import FEATURES
from .protocol import CAPS, RefusedError, flag, number, one_of, table, whole
from .samples import Samples, checked_data, samples_of

library: Any = keras
ACTIVATIONS = (
    "linear", "relu", "tanh", "sigmoid", "leaky_relu", "elu", "selu", "gelu", "silu", "mish",
    "softplus", "softsign", "hard_sigmoid", "hard_tanh", "hard_silu", "relu6", "celu",
    "exponential", "log_sigmoid", "sparse_plus", "squareplus", "tanh_shrink", "soft_shrink",
    "hard_shrink", "softmax", "log_softmax", "sparsemax", "sparse_sigmoid",
)  # fmt: skip
INITIALIZERS = (
    "Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal",
    "GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal",
    "Orthogonal", "VarianceScaling",
)  # fmt: skip
REGULARIZERS = ("L1", "L2", "L1L2")
OPTIMIZERS = (
    "SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "AdamW", "Adamax", "Nadam", "Ftrl", "Lion",
    "Adafactor", "Lamb", "Muon",
)  # fmt: skip
# The learning rates with which the page begins, when another optimizer is chosen.
RATES = {
    "SGD": 0.03, "RMSprop": 0.01, "Adagrad": 0.1, "Adadelta": 1.0, "Adam": 0.02, "AdamW": 0.02,
    "Adamax": 0.03, "Nadam": 0.02, "Ftrl": 0.1, "Lion": 0.003, "Adafactor": 0.1, "Lamb": 0.02,
    "Muon": 0.02,
}  # fmt: skip
SCHEDULES = (
    "ExponentialDecay", "PolynomialDecay", "InverseTimeDecay", "CosineDecay",
    "CosineDecayRestarts", "PiecewiseConstantDecay",
)  # fmt: skip
LOSSES = {
    "classification": (
        "binary_crossentropy", "binary_focal_crossentropy", "hinge", "squared_hinge",
        "mean_squared_error", "categorical_crossentropy", "sparse_categorical_crossentropy",
        "categorical_focal_crossentropy", "categorical_hinge", "kl_divergence",
    ),
    "regression": (
        "mean_squared_error", "mean_absolute_error", "huber", "log_cosh",
    ),
}  # fmt: skip
LOSSES["autoencoder"] = (*LOSSES["regression"], "binary_crossentropy")
# Of an optimizer what is no number, and what is about files or many machines.
_NOT_OPTIONS = {"self", "args", "kwargs", "name", "learning_rate"}
_COMMON = {"weight_decay": None, "clipnorm": None, "clipvalue": None, "global_clipnorm": None,
           "use_ema": False, "ema_momentum": 0.99}  # fmt: skip

_DENSE = {
    "units": 4, "activation": "tanh", "use_bias": True, "kernel_initializer": None,
    "bias_initializer": None, "kernel_regularizer": None,
}  # fmt: skip
LAYERS: dict[str, dict[str, Any]] = {
    "Dense": _DENSE,
    "Dropout": {"rate": 0.2},
    "BatchNormalization": {"momentum": 0.99, "epsilon": 1e-3},
    "LayerNormalization": {"epsilon": 1e-3},
    "Conv2D": {
        "filters": 4, "kernel_size": 3, "strides": 1, "padding": "same", "activation": "relu",
        "use_bias": True, "kernel_initializer": None, "bias_initializer": None,
        "kernel_regularizer": None,
    },
    "MaxPooling2D": {"pool_size": 2},
    "AveragePooling2D": {"pool_size": 2},
    "Flatten": {},
}  # fmt: skip
OF_IMAGES = ("Conv2D", "MaxPooling2D", "AveragePooling2D", "Flatten")
DEFAULT: dict[str, Any] = {
    "data": {},
    "features": None,
    "layers": [{"class": "Dense", "units": 4}, {"class": "Dense", "units": 2}],
    "output": None,
    "loss": None,
    "loss_weight": 1.0,
    "kernel_initializer": {"class": "GlorotUniform"},
    "bias_initializer": {"class": "Zeros"},
    "kernel_regularizer": None,
    "optimizer": {"class": "SGD", "learning_rate": 0.03},
    "batch_size": 10,
    "shuffle": True,
    "dtype": "float32",
    "seeds": {},
    "engines": ["scratch"],
    "resolution": 40,
    "weights": None,
    "hidden_controls": [],
}
SEEDS = {"data": 0, "weights": 0, "batches": 0}


def options_of(module: Any, name: str) -> dict[str, Any]:
    """The options of a class, with their defaults."""
    cls = getattr(module, name)
    found = {
        key: None if p.default is inspect.Parameter.empty else p.default
        for key, p in inspect.signature(cls.__init__).parameters.items()
        if key not in (*_NOT_OPTIONS, "seed", "gain") and p.kind is not p.VAR_KEYWORD
    }
    return found | _COMMON if module is library.optimizers else found


def _made(module: Any, what: str, given: Any, known: Sequence[str]) -> dict[str, Any]:
    """`{"class": ..., options}`, after one was made of it, as a trial."""
    if not isinstance(given, dict):
        raise RefusedError(f"`{what}` must be an object with a `class`. Received: {given!r}")
    name = one_of(f"{what}.class", given.get("class"), known)
    options = options_of(module, name)
    extra = ("learning_rate",) if module is library.optimizers else ()
    table(what, given, ("class", *extra, *options))
    # A null stands for the option's default.
    found = {key: value for key, value in given.items() if value is not None}
    for key, value in list(found.items()):
        if key in ("class", "learning_rate") or isinstance(value, bool | str):
            continue
        if isinstance(value, list) and key in ("boundaries", "values"):
            found[key] = [number(f"{what}.{key}", part) for part in value[:100]]
            continue
        number(f"{what}.{key}", value)
        if isinstance(options[key], float) or key in _COMMON:
            found[key] = float(value)  # JSON knows no difference between 0 and 0.0
    try:
        getattr(module, name)(**{k: v for k, v in found.items() if k not in ("class", *extra)})
    except (TypeError, ValueError) as error:
        raise RefusedError(f"`{what}`: {error}") from error
    return found


def _initializer(what: str, given: Any) -> dict[str, Any] | None:
    return None if given is None else _made(library.initializers, what, given, INITIALIZERS)


def _regularizer(what: str, given: Any) -> dict[str, Any] | None:
    return None if given is None else _made(library.regularizers, what, given, REGULARIZERS)


def _optimizer(given: Any) -> dict[str, Any]:
    found = _made(library.optimizers, "optimizer", given, OPTIMIZERS)
    rate = found.setdefault("learning_rate", 0.01)
    if isinstance(rate, dict):
        schedules = library.optimizers.schedules
        found["learning_rate"] = _made(schedules, "optimizer.learning_rate", rate, SCHEDULES)
    else:
        found["learning_rate"] = number("optimizer.learning_rate", rate, 0, 1e6)
    return found


def _layer(number_: int, given: Any) -> dict[str, Any]:
    what = f"layers[{number_}]"
    if not isinstance(given, dict):
        raise RefusedError(f"`{what}` must be an object with a `class`. Received: {given!r}")
    kind = one_of(f"{what}.class", given.get("class", "Dense"), LAYERS)
    options = LAYERS[kind]
    found = {"class": kind, **options, **table(what, given, ("class", *options))}
    for key in options:
        name, value = f"{what}.{key}", found[key]
        if key == "units":
            found[key] = whole(name, value, 1, CAPS["units"])
        elif key == "filters":
            found[key] = whole(name, value, 1, CAPS["filters"])
        elif key in ("kernel_size", "pool_size", "strides"):
            found[key] = whole(name, value, 1, 5)
        elif key == "activation":
            one_of(name, value, ACTIVATIONS)
        elif key == "padding":
            one_of(name, value, ("same", "valid"))
        elif key == "use_bias":
            flag(name, value)
        elif key.endswith("initializer"):
            found[key] = _initializer(name, value)
        elif key.endswith("regularizer"):
            found[key] = _regularizer(name, value)
        elif key == "epsilon":
            found[key] = number(name, value, 0, 1)
        else:
            found[key] = number(name, value, 0, 0.95 if key == "rate" else 1)
    return found


def _output(given: Any, samples: Samples) -> dict[str, Any]:
    known = [key for key in _DENSE if key != "units"]
    found = {**_DENSE, "activation": None, **table("output", given or {}, known)}
    del found["units"]
    if found["activation"] is None:
        binary = "sigmoid" if samples.classes == 2 else "softmax"
        found["activation"] = binary if samples.kind == "classification" else "linear"
    one_of("output.activation", found["activation"], ACTIVATIONS)
    flag("output.use_bias", found["use_bias"])
    for key in ("kernel_initializer", "bias_initializer"):
        found[key] = _initializer(f"output.{key}", found[key])
    found["kernel_regularizer"] = _regularizer(
        "output.kernel_regularizer", found["kernel_regularizer"]
    )
    return found


def _loss(given: Any, samples: Samples, output: dict[str, Any]) -> str:
    if given is not None:
        return one_of("loss", given, LOSSES[samples.kind])
    if samples.kind != "classification" or output["activation"] in ("tanh", "linear"):
        return "mean_squared_error"
    if output["activation"] == "softmax":
        return "categorical_crossentropy"
    return "binary_crossentropy"


def checked(given: Any) -> tuple[dict[str, Any], Samples]:
    """A state, whole, and its points.

    Args:
        given: any part of a state.

    Raises:
        RefusedError: where something is unknown, or out of bounds.
    """
    state = {**DEFAULT, **table("state", given, DEFAULT)}
    state["data"] = checked_data(state["data"])
    state["seeds"] = {**SEEDS, **table("seeds", state["seeds"], SEEDS)}
    for name, seed in state["seeds"].items():
        state["seeds"][name] = whole(f"seeds.{name}", seed, 0, 2**32 - 1)
    samples = samples_of(state["data"], state["seeds"]["data"])
    state["features"] = _features(state["features"], samples)
    layers = state["layers"]
    if not isinstance(layers, list) or len(layers) > CAPS["layers"]:
        raise RefusedError(f"`layers` must be a list of at most {CAPS['layers']} layers")
    state["layers"] = [_layer(i, layer) for i, layer in enumerate(layers)]
    _require_fitting(state["layers"], samples)
    state["output"] = _output(state["output"], samples)
    state["loss"] = _loss(state["loss"], samples, state["output"])
    state["loss_weight"] = number("loss_weight", state["loss_weight"], 1e-3, 1e3)
    for key in ("kernel_initializer", "bias_initializer"):
        state[key] = _initializer(key, state[key] or DEFAULT[key])
    state["kernel_regularizer"] = _regularizer("kernel_regularizer", state["kernel_regularizer"])
    state["optimizer"] = _optimizer(state["optimizer"])
    state["batch_size"] = whole("batch_size", state["batch_size"], 1, CAPS["points"])
    flag("shuffle", state["shuffle"])
    one_of("dtype", state["dtype"], ("float32", "float64"))
    state["resolution"] = whole("resolution", state["resolution"], 5, CAPS["resolution"])
    if state["engines"] not in (["scratch"], ["scratch", "tf"]):
        raise RefusedError('`engines` must be ["scratch"] or ["scratch", "tf"]')
    hidden = state["hidden_controls"]
    if not isinstance(hidden, list) or not all(isinstance(h, str) and len(h) < 60 for h in hidden):
        raise RefusedError("`hidden_controls` must be a list of names")
    return state, samples


def _features(given: Any, samples: Samples) -> list[str]:
    plane = samples.inputs.ndim == 2 and samples.inputs.shape[1] == 2
    if not plane or samples.kind == "autoencoder":
        if given:
            raise RefusedError("`features` are functions of two inputs, x and y; here must be none")
        return []
    if given is None:
        return ["x", "y"]
    if not isinstance(given, list) or not given or len(set(map(str, given))) < len(given):
        raise RefusedError(f"`features` must be a list of some of: {', '.join(FEATURES)}")
    return [one_of("features", name, FEATURES) for name in given]


def _require_fitting(layers: list[dict[str, Any]], samples: Samples) -> None:
    """Layers of images belong before a Flatten, and Flatten belongs to images."""
    flat = not samples.is_image
    for i, layer in enumerate(layers):
        if flat and layer["class"] in OF_IMAGES:
            raise RefusedError(
                f"layers[{i}], a {layer['class']}, needs an image, and gets a list of numbers: "
                'choose the data "strokes", and put it before Flatten'
            )
        if not flat and layer["class"] == "Dense":
            raise RefusedError(f"layers[{i}], a Dense, gets an image: put a Flatten before it")
        flat = flat or layer["class"] == "Flatten"
    if not flat:
        raise RefusedError(
            "The output is a Dense layer, and gets an image: end `layers` in Flatten"
        )


def units_of_output(state: dict[str, Any], samples: Samples) -> int:
    """How many units the last layer has."""
    if samples.kind == "autoencoder":
        return int(samples.inputs.shape[1])
    if samples.kind == "regression":
        return 1
    several = state["loss"].startswith(("categorical", "sparse")) or (
        state["output"]["activation"] in ("softmax", "log_softmax", "sparsemax")
    )
    return samples.classes if several or samples.classes > 2 else 1


def targets_of(state: dict[str, Any], samples: Samples) -> np.ndarray:
    """What the loss compares the outputs with."""
    dtype, labels = state["dtype"], samples.labels
    if labels is None:
        return samples.inputs.astype(dtype)
    if samples.kind == "regression":
        return labels.astype(dtype)[:, None]
    if state["loss"].startswith("sparse"):
        return labels[:, None]
    units = units_of_output(state, samples)
    targets = labels[:, None] if units == 1 else np.eye(units)[labels]
    return np.asarray(2 * targets - 1 if signed(state) else targets, dtype)


def signed(state: dict[str, Any]) -> bool:
    """Whether labels are -1 and 1."""
    return state["loss"] in ("hinge", "squared_hinge") or state["output"]["activation"] == "tanh"

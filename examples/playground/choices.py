"""What may be chosen by name: Keras's classes and functions, and how a choice is checked.

Classes and options are looked up in `scratch` by the names of a list: what comes from a page or a
link can name nothing else.
"""

import inspect
from collections.abc import Sequence
from typing import Any

import scratch as keras

from .fields import RefusedError, number, one_of, table

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


def options_of(module: Any, name: str) -> dict[str, Any]:
    """The options of a class, with their defaults."""
    cls = getattr(module, name)
    found = {
        key: None if p.default is inspect.Parameter.empty else p.default
        for key, p in inspect.signature(cls.__init__).parameters.items()
        if key not in (*_NOT_OPTIONS, "seed", "gain") and p.kind is not p.VAR_KEYWORD
    }
    return found | _COMMON if module is library.optimizers else found


def made(module: Any, what: str, given: Any, known: Sequence[str]) -> dict[str, Any]:
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


def initializer(what: str, given: Any) -> dict[str, Any] | None:
    """An initializer, checked; None for None."""
    return None if given is None else made(library.initializers, what, given, INITIALIZERS)


def regularizer(what: str, given: Any) -> dict[str, Any] | None:
    """A regularizer, checked; None for None."""
    return None if given is None else made(library.regularizers, what, given, REGULARIZERS)


def optimizer(given: Any) -> dict[str, Any]:
    """An optimizer, checked, with its learning rate or schedule."""
    found = made(library.optimizers, "optimizer", given, OPTIMIZERS)
    rate = found.setdefault("learning_rate", 0.01)
    if isinstance(rate, dict):
        schedules = library.optimizers.schedules
        found["learning_rate"] = made(schedules, "optimizer.learning_rate", rate, SCHEDULES)
    else:
        found["learning_rate"] = number("optimizer.learning_rate", rate, 0, 1e6)
    return found

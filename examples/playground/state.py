"""The state: everything that is chosen, checked, with what was left out filled in."""

from typing import Any

import numpy as np

from .choices import LOSSES, initializer, optimizer, regularizer
from .features import FEATURES
from .fields import RefusedError, flag, number, one_of, table, whole
from .layers import checked_layer, checked_output, require_fitting
from .perceptron import checked_rule, require_perceptron
from .protocol import CAPS
from .samples import Samples, checked_data, samples_of
from .stopping import checked_stop

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
    "rule": None,
    "batch_size": 10,
    "shuffle": True,
    "dtype": "float32",
    "seeds": {},
    "stop": None,
    "engines": ["scratch"],
    "resolution": 40,
    "domain": None,
    "weights": None,
    "hidden_controls": [],
}
SEEDS = {"data": 0, "weights": 0, "batches": 0}


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
    state["rule"] = checked_rule(state["rule"])
    state["layers"] = [checked_layer(i, layer) for i, layer in enumerate(layers)]
    require_fitting(state["layers"], samples)
    usual = None
    if state["rule"] and samples.kind == "classification":  # the sign of a linear unit is its class
        usual, state["loss"] = "linear", state["loss"] or "hinge"
    state["output"] = checked_output(state["output"], samples, usual)
    state["loss"] = _loss(state["loss"], samples, state["output"])
    state["loss_weight"] = number("loss_weight", state["loss_weight"], 1e-3, 1e3)
    for key in ("kernel_initializer", "bias_initializer"):
        state[key] = initializer(key, state[key] or DEFAULT[key])
    penalty = regularizer("kernel_regularizer", state["kernel_regularizer"])
    state["kernel_regularizer"] = penalty
    state["optimizer"] = optimizer(state["optimizer"])
    state["batch_size"] = whole("batch_size", state["batch_size"], 1, CAPS["points"])
    flag("shuffle", state["shuffle"])
    state["stop"] = checked_stop(state["stop"])
    one_of("dtype", state["dtype"], ("float32", "float64"))
    state["resolution"] = whole("resolution", state["resolution"], 5, CAPS["resolution"])
    state["domain"] = checked_domain(state["domain"])
    if state["engines"] not in (["scratch"], ["scratch", "tf"]):
        raise RefusedError('`engines` must be ["scratch"] or ["scratch", "tf"]')
    if state["rule"]:
        require_perceptron(state, samples)
    hidden = state["hidden_controls"]
    if not isinstance(hidden, list) or not all(isinstance(h, str) and len(h) < 60 for h in hidden):
        raise RefusedError("`hidden_controls` must be a list of names")
    return state, samples


def checked_domain(given: Any) -> list[float] | None:
    """The part of the plane that is drawn, x0, x1, y0, y1; None: all that the points need.

    Raises:
        RefusedError: for what is no rectangle.
    """
    if given is None:
        return None
    if not isinstance(given, list) or len(given) != 4:
        raise RefusedError("`domain` must be null, or [x0, x1, y0, y1]")
    x0, x1, y0, y1 = (number("domain", end) for end in given)
    if min(x1 - x0, y1 - y0) < 1e-6:
        raise RefusedError("`domain` must be [x0, x1, y0, y1], the smaller ends first")
    return [x0, x1, y0, y1]


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

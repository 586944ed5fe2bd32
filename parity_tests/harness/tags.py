"""The tags of a case: what it exercises, for `blame`.

A tag is a component ("adam", "dense", "label_smoothing") or a component with an option of its own
("adam weight_decay"); each belongs to a kind, which says where in a computation it acts.
"""

import functools
import warnings
from typing import Any

import numpy as np

import scratch
from parity_tests.harness.case import Case

FUSED = ("softmax", "sigmoid")


@functools.cache
def tags(case: Case) -> dict[str, str]:
    """From tag to kind, for everything that a case exercises."""
    layers = case.layers(scratch)
    layers = layers if isinstance(layers, list) else layers.layers
    found: dict[str, str] = dict.fromkeys(case.tags, "layer")
    for layer in layers:
        found |= _of_layer(layer)
    found |= _of_loss(case, layers) | _of_optimizer(case) | _of_metrics(case)
    if case.sample_weight is not None:
        found["sample_weight"] = "loss"
    if case.fit is not None:
        found |= _of_fit(case)
    return found


def _of_layer(layer: Any) -> dict[str, str]:
    mine = type(layer).__name__.lower()
    found = {mine: "layer"}
    if getattr(layer, "use_bias", False):
        found[f"{mine} bias"] = "layer"
    activation = getattr(layer, "activation", None)
    if activation is not None:
        function = getattr(activation, "func", activation)  # of a `functools.partial`
        found[getattr(function, "__name__", type(function).__name__.lower())] = "activation"
    for name in ("kernel_regularizer", "bias_regularizer", "activity_regularizer"):
        regularizer = getattr(layer, name, None)
        for factor in ("l1", "l2"):
            if getattr(regularizer, factor, 0):
                found[factor] = "regularizer"
                if name.startswith("activity"):
                    found["activity"] = "regularizer"
    return found | _of_initializer(getattr(layer, "kernel_initializer", None))


def _of_initializer(initializer: Any) -> dict[str, str]:
    if initializer is None:
        return {}
    names = [type(initializer).__name__.lower()]
    distribution = getattr(initializer, "distribution", None)
    if distribution is not None:
        names += ["scaled", f"scaled {distribution}", initializer.mode, distribution]
    kinds = {"randomuniform": "uniform", "randomnormal": "normal", "orthogonal": "normal",
             "truncatednormal": "truncated_normal", "untruncated_normal": "normal"}  # fmt: skip
    names += [kinds[name] for name in names if name in kinds]
    if getattr(initializer, "_init_seed", 0) is None:
        names.append("seed")
    return dict.fromkeys(names, "initializer")


def _of_loss(case: Case, layers: list[Any]) -> dict[str, str]:
    if case.loss is None:
        return {}
    loss = case.loss if isinstance(case.loss, str) else case.loss(scratch)
    found = scratch.losses.get(loss) if loss != "crossentropy" else None
    function = getattr(found, "fn", found)
    name = str(getattr(function, "__name__", "crossentropy"))
    options = getattr(found, "fn_kwargs", {})
    names = [option for option in ("from_logits", "label_smoothing") if options.get(option)]
    if options.get("ignore_class") is not None:
        names.append("ignore_class")
    if name in ("hinge", "squared_hinge") and np.isin(case.data()[1], (0, 1)).all():
        names.append("labels 0 and 1")
    activation = getattr(getattr(layers[-1], "activation", None), "__name__", "")
    if "crossentropy" in name and not (activation in FUSED or options.get("from_logits")):
        names.append("probabilities")
    named = dict.fromkeys([name, *names, *(f"{name} {option}" for option in names)], "loss")
    if getattr(found, "reduction", "mean") not in ("sum", "none", None):
        named["reduction"] = "loss"
    # Whose loss reads the logits: its own derivative is not used.
    hidden = {getattr(getattr(layer, "activation", None), "__name__", "") for layer in layers[:-1]}
    if "crossentropy" in name and activation in FUSED and activation not in hidden:
        named[activation] = "fused activation"
    return named


def _of_optimizer(case: Case) -> dict[str, str]:
    optimizer = scratch.optimizers.get(case.optimizer(scratch))
    mine = type(optimizer).__name__.lower()
    names = [mine, "optimizer"]
    plain = config_of(type(optimizer)())
    for name, value in config_of(optimizer).items():
        if value != plain.get(name) and name not in ("name", "learning_rate"):
            names += [name, f"{mine} {name}"] + ["clip"] * ("clip" in name)
    return dict.fromkeys(names, "optimizer")


def config_of(optimizer: Any) -> dict[str, Any]:
    """An optimizer's settings."""
    with warnings.catch_warnings():  # about a learning rate that no file could hold
        warnings.simplefilter("ignore")
        return optimizer.get_config()


def _of_metrics(case: Case) -> dict[str, str]:
    found: dict[str, str] = {}
    for given, weighted in ((case.metrics, False), (case.weighted_metrics, True)):
        for metric in (given(scratch) if given else None) or []:
            function = getattr(metric, "fn", metric)
            name = getattr(function, "__name__", type(function).__name__.lower())
            found[metric if isinstance(metric, str) else name] = "metric"
            if weighted:
                found["weighted"] = "metric"
    return found


def _of_fit(case: Case) -> dict[str, str]:
    assert case.fit is not None
    options = case.fit(*case.data())
    names = ["log", *(name for name in options if name != "epochs")]
    shuffle = options.get("shuffle", True)
    if shuffle is True:
        names.append("shuffle")
    else:
        names.remove("shuffle")
        names += ["shuffle in batches"] * (shuffle == "batch")
    if case.callbacks is not None:
        for callback in case.callbacks(scratch):
            mine, plain = type(callback).__name__.lower(), vars(type(callback)())
            changed = [name for name, value in vars(callback).items() if value != plain[name]]
            names += [mine, *(f"{mine} {name}" for name in changed)]
    return dict.fromkeys(names, "fit")

"""From a state to a model, in either library: names and numbers of the state are Keras's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .samples import Samples
from .state import units_of_output


@contextmanager
def precision(keras: Any, dtype: str) -> Iterator[None]:
    """Whatever is computed inside has this type, and losses and optimizers that are made."""
    before = keras.config.floatx()
    keras.config.set_floatx(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


@contextmanager
def policy(keras: Any, dtype: str) -> Iterator[None]:
    """Layers that are made inside have this type: they ask `floatx` only once in a process."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def width_of(state: dict[str, Any], samples: Samples) -> tuple[int, ...]:
    """The shape of one input of the network."""
    return (len(state["features"]),) if state["features"] else tuple(samples.inputs.shape[1:])


def names_of(layers: list[dict[str, Any]]) -> list[str]:
    """A name for each layer: `"dense_1"`, `"dropout_1"`, `"dense_2"`."""
    counts: dict[str, int] = {}
    names = []
    for layer in layers:
        name = {
            "BatchNormalization": "batch_normalization",
            "LayerNormalization": "layer_normalization",
            "Conv2D": "conv2d",
            "MaxPooling1D": "max_pooling1d",
            "AveragePooling1D": "average_pooling1d",
            "GlobalAveragePooling1D": "global_average_pooling1d",
            "GlobalMaxPooling1D": "global_max_pooling1d",
            "MaxPooling2D": "max_pooling2d",
            "AveragePooling2D": "average_pooling2d",
        }.get(layer["class"], layer["class"].lower())
        counts[name] = counts.get(name, 0) + 1
        names.append(f"{name}_{counts[name]}")
    return names


def of_class(module: Any, given: dict[str, Any] | None) -> Any:
    """The object that `{"class": ..., options}` speaks of; None for None."""
    if given is None:
        return None
    return getattr(module, given["class"])(**{k: v for k, v in given.items() if k != "class"})


def described(state: dict[str, Any], samples: Samples) -> list[tuple[str, dict[str, Any]]]:
    """Class and arguments of every layer, the output included; what they share is put in."""
    layers = [*state["layers"], {"class": "Dense", "units": units_of_output(state, samples)}]
    layers[-1].update(state["output"])
    found = []
    for i, (layer, name) in enumerate(zip(layers, names_of(layers), strict=True)):
        arguments = {key: value for key, value in layer.items() if key != "class"}
        for key in ("kernel_initializer", "bias_initializer", "kernel_regularizer"):
            if key in arguments and arguments[key] is None:
                arguments[key] = state[key]
        if layer["class"] == "Dropout":
            arguments["seed"] = state["seeds"]["weights"] + i
        arguments["name"] = "output" if i == len(layers) - 1 else name
        found.append((layer["class"], arguments))
    return found


def build(keras: Any, state: dict[str, Any], samples: Samples) -> Any:
    """The model with the weights that the seed draws, not compiled."""
    keras.utils.set_random_seed(state["seeds"]["weights"])
    layers = []
    with policy(keras, state["dtype"]):
        for kind, arguments in described(state, samples):
            made = dict(arguments)
            for key, value in arguments.items():
                if isinstance(value, dict):
                    of_weights = key.endswith("regularizer")
                    module = keras.regularizers if of_weights else keras.initializers
                    made[key] = of_class(module, value)
            layers.append(getattr(keras.layers, kind)(**made))
        return keras.Sequential([keras.Input(width_of(state, samples)), *layers])


def optimizer_of(keras: Any, given: dict[str, Any]) -> Any:
    """The optimizer of a state, with its learning rate or schedule."""
    rate = given["learning_rate"]
    if isinstance(rate, dict):
        rate = of_class(keras.optimizers.schedules, rate)
    return of_class(keras.optimizers, {**given, "learning_rate": rate})


def compiled(keras: Any, model: Any, state: dict[str, Any]) -> Any:
    """The model, compiled as the state says."""
    weight = state["loss_weight"]
    model.compile(
        optimizer=optimizer_of(keras, state["optimizer"]),
        loss=state["loss"],
        loss_weights=None if weight == 1 else weight,
    )
    return model

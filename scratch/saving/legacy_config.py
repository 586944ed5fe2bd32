"""Configs as Keras 2 wrote them, and back: classes are known by their name alone.

    {"class_name": "Dense", "config": {"units": 3, ...}}

The format of Keras 3 adds the module, and what the layer was built with.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from scratch import losses, metrics, optimizers
from scratch.serialization import get_registered_object
from scratch.serialization.public_names import class_of_name

_MODULES = ("keras.layers", "keras", "keras.src.models.functional", "keras.models")
_RESOLVED_LATER = ("accuracy", "acc", "crossentropy", "ce")  # by the shapes of the outputs
_OLD_LAMBDA = ("module", "function_type", "output_shape_type", "output_shape_module")


def modern(config: Any, custom_objects: Mapping[str, Any]) -> Any:
    """The config of a layer or a model in the format of Keras 3.

    Raises:
        ValueError: for something else, or for a lambda.
        TypeError: for a class that is not known.
    """
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError(
            "The provided configuration is not a valid Keras configuration. Expected a dictionary "
            f"containing a 'class_name' and a 'config' key. Received: config={str(config)[:500]}"
        )
    name, inner = config["class_name"], config.get("config")
    if isinstance(inner, list):  # a Sequential of Keras 2.0
        inner = {"name": "sequential", "layers": inner}
    if not isinstance(inner, dict) or not isinstance(name, str):
        raise ValueError(f"Improper config format for layer {name!r}: {str(inner)[:500]}")
    found = {**config, "config": _modern_arguments(name, dict(inner), custom_objects)}
    if config.get("module") or get_registered_object(name, dict(custom_objects)) is not None:
        return found
    module = next((m for m in _MODULES if class_of_name(m, name) is not None), None)
    if module is None:
        raise TypeError(
            f"Could not locate class '{name}'. Pass it in `custom_objects`, or register it with "
            "`@keras.saving.register_keras_serializable()` before the file is loaded"
        )
    return {**found, "module": module, "registered_name": None}


def _modern_arguments(
    name: str, inner: dict[str, Any], custom_objects: Mapping[str, Any]
) -> dict[str, Any]:
    shape = inner.pop("batch_input_shape", None)
    if shape is not None:
        inner["batch_shape"] = shape
    axis = inner.get("axis")
    if isinstance(axis, list) and len(axis) == 1:
        inner["axis"] = int(axis[0])
    for key, value in inner.items():
        # Here a user's function displaces Keras's own of the same name, as in Keras.
        own = _own_object(value, custom_objects)
        if key != "name" and inspect.isfunction(own):
            inner[key] = own
    if name == "Lambda":
        for key in _OLD_LAMBDA:
            inner.pop(key, None)
        if isinstance(inner.get("function"), list):
            raise ValueError(
                "The file holds a Lambda layer, that is Python code, which is never run. Build "
                "the model in Python, with a named function, and load its weights only"
            )
    if isinstance(inner.get("layers"), list):
        layers = [modern(layer, custom_objects) for layer in inner["layers"]]
        if name == "Sequential":
            for layer in layers[1:]:  # their input is known from the first
                layer["config"].pop("batch_shape", None)
        inner["layers"] = layers
    if isinstance(inner.get("layer"), dict):
        inner["layer"] = modern(inner["layer"], custom_objects)
    return inner


def legacy(config: dict[str, Any]) -> dict[str, Any]:
    """The config of a layer or a model, as `serialize_keras_object` gave it, in the old format."""
    inner = dict(config["config"])
    if isinstance(inner.get("layers"), list):
        inner["layers"] = [legacy(layer) for layer in inner["layers"]]
    kept = {key: config[key] for key in ("name", "inbound_nodes") if key in config}
    return {"class_name": config["registered_name"] or config["class_name"], "config": inner} | kept


# What `compile` was told --------------------------------------------------------------------------


def legacy_compile(config: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `compile`, as `get_compile_config` gave them, in the old format."""
    rest = {key: _map_objects(_legacy_object, config[key]) for key in config if key != "optimizer"}
    return {**rest, "optimizer_config": _legacy_object(config["optimizer"])}


def _legacy_object(config: dict[str, Any]) -> Any:
    if config["class_name"] == "function":
        return config["config"]
    name = config.get("registered_name") or config["class_name"]
    return {"class_name": name, "config": config["config"]}


def compile_arguments(config: Any) -> dict[str, Any]:
    """The arguments of `compile` from the old format.

    Raises:
        ValueError: where there is no optimizer, or for something unknown.
    """
    if not isinstance(config, dict) or "optimizer_config" not in config:
        raise ValueError("The training config names no optimizer. Load with `compile=False`")
    return {
        "optimizer": optimizers.deserialize(config["optimizer_config"]),
        "loss": _map_objects(losses.deserialize, config.get("loss")),
        "loss_weights": config.get("loss_weights"),
        "metrics": _map_objects(metrics.deserialize, config.get("metrics")),
        "weighted_metrics": _map_objects(metrics.deserialize, config.get("weighted_metrics")),
    }


def _map_objects(function: Callable[[dict[str, Any]], Any], config: Any) -> Any:
    """`function` applied to every serialized object in a structure."""
    if isinstance(config, dict):
        if "class_name" in config:
            return function(config)
        return {key: _map_objects(function, value) for key, value in config.items()}
    if isinstance(config, list | tuple):
        return [_map_objects(function, value) for value in config]
    own = None if config in _RESOLVED_LATER else _own_object(config)
    return config if own is None else own


def _own_object(name: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """What a user calls `name`, or None."""
    return (
        get_registered_object(name, dict(custom_objects or {})) if isinstance(name, str) else None
    )

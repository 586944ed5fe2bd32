"""The object that a dictionary in Keras's format describes.

Its classes and functions are Keras's, or those that the program has registered. Whatever else a
config may name is refused; nothing is imported, and no code in a config is run.
"""

import reprlib
import types
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from scratch.serialization.public_names import class_of_name, function_of_name
from scratch.serialization.registration import (
    CustomObjectScope,
    get_registered_object,
    known_objects,
)
from scratch.serialization.writing import PLAIN

_INTERNAL = (LookupError, AttributeError, ArithmeticError, AssertionError, RecursionError)
_LONG = 2000  # characters of a config that are quoted in full


class KerasTensorReference(NamedTuple):
    """A tensor of a functional model, as a config names it.

    `history`: name of the layer, number of its use, number of its output.
    """

    shape: tuple[int | None, ...]
    dtype: str
    history: tuple[str, int, int]


def deserialize_keras_object(
    config: Any,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """The object that `config` describes (`keras.saving.deserialize_keras_object`).

    Args:
        config: what `serialize_keras_object` returned.
        custom_objects: further classes and functions, by name.
        safe_mode: accepted because Keras has it; code in a config is never run.
        module_objects: the names of one namespace: then `config` may be one of them, or a
            dictionary whose `class_name` is, whatever its module. Other names are returned as
            they are.

    Raises:
        TypeError: for a config that is none, or names a class that is not known.
        ValueError: for a lambda, a name that is no part of a model, or anything else that is wrong
            with the config.
    """
    try:
        return _read(config, custom_objects, safe_mode, module_objects)
    except _INTERNAL as error:  # whatever stumbled over it said no more than what it looked for
        raise ValueError(
            f"Could not parse config: {type(error).__name__}: {error}. A value is missing in it, "
            f"or is not what it should be: config={excerpt(config)}"
        ) from error


def _read(
    config: Any,
    custom_objects: Mapping[str, Any] | None,
    safe_mode: bool,
    module_objects: Mapping[str, Any] | None,
) -> Any:
    if config is None:
        return None
    known = known_objects(custom_objects)
    if isinstance(config, str) and known.get(config) is not None:
        return known[config]
    if isinstance(config, list | tuple):
        return [deserialize_keras_object(x, custom_objects, safe_mode) for x in config]
    if module_objects is not None:
        found = _within(module_objects, config, known)
        if found is not None:
            return found[0]
    if isinstance(config, PLAIN):
        return config
    if not isinstance(config, dict):
        raise TypeError(f"Could not parse config: {excerpt(config)}")
    if "class_name" not in config or "config" not in config:
        return {
            k: deserialize_keras_object(v, custom_objects, safe_mode) for k, v in config.items()
        }
    name = config["class_name"]
    inner = {} if config["config"] is None else config["config"]
    if isinstance(name, str) and name.startswith("__"):
        return _deserialize_special(name, inner, config)
    if name == "function":
        return _function(inner, config, known)
    if not isinstance(inner, dict):
        raise TypeError(
            f"Expected 'config' to be a dict for {name}, instead got {type(inner)}. "
            f"Full config: {excerpt(config)}"
        )
    return _instance(_class(name, config, known), inner, config, known)


def _within(objects: Mapping[str, Any], config: Any, known: Mapping[str, Any]) -> tuple[Any] | None:
    """The object of one namespace, in a tuple; None where the config must be read in full."""
    if not isinstance(config, dict):
        if config not in objects:
            return (config,)
        found = objects[config]
        return (found if isinstance(found, types.FunctionType) else found.from_config({}),)
    if "class_name" not in config:
        raise ValueError(f"Unknown `config` as a `dict`, config={excerpt(config)}")
    name, inner = config["class_name"], config.get("config")
    if name in known or config.get("registered_name") in known:
        return None
    if name == "function":
        if isinstance(inner, str) and inner in known:
            return None
        name = str(inner if config.get("module") == "builtins" else config.get("registered_name"))
        return (objects.get(name, name),)
    if config.get("module", "") is None:
        raise TypeError(
            f"Cannot deserialize object of type `{name}`. If `{name}` is a custom class, please "
            "register it using the `@keras.saving.register_keras_serializable()` decorator."
        )
    found = objects.get(name, name)
    if isinstance(found, str | types.FunctionType):
        return (found,)
    return (_instance(found, inner or {}, config, known),)


def _deserialize_special(name: str, inner: Any, config: Any) -> Any:
    if name == "__lambda__":
        raise ValueError(
            "Requested the deserialization of a Python lambda, which carries a potential risk "
            "of arbitrary code execution. That is never done here. Use a named function instead, "
            "and register it with `@keras.saving.register_keras_serializable()` or pass it in "
            "`custom_objects`"
        )
    if name == "__keras_tensor__":
        return KerasTensorReference(
            tuple(inner["shape"]), inner["dtype"], tuple(inner["keras_history"])
        )
    if name in ("__numpy__", "__tensor__"):
        if np.dtype(inner["dtype"]).kind not in "fiubc":
            raise ValueError(f"Could not parse config: no array of type {inner['dtype']!r} is read")
        return np.array(inner["value"], dtype=inner["dtype"])
    if name == "__bytes__":
        return inner["value"].encode("utf-8")
    if name == "__ellipsis__":
        return Ellipsis
    if name == "__slice__":
        return slice(inner["start"], inner["stop"], inner["step"])
    raise TypeError(
        f"Could not parse config: unknown kind {name!r}. Full config: {excerpt(config)}"
    )


def _function(name: Any, config: dict[str, Any], known: Mapping[str, Any]) -> Any:
    if not isinstance(name, str):
        raise TypeError(
            "Expected 'config' to be a non-null str for a function classname, "
            f"instead got {type(name)}. Full config: {excerpt(config)}"
        )
    found = get_registered_object(name, known)
    if found is None and isinstance(config.get("module"), str):
        found = function_of_name(name, config["module"])
        own_name = config.get("registered_name")
        if found is not None and own_name not in (None, "", name, "function"):
            raise ValueError(
                f"`registered_name={own_name!r}` was provided in the config, but '{name}' resolved "
                "to a Keras built-in and does not use registered names. Remove the "
                f"`registered_name` field from the config. Full object config: {excerpt(config)}"
            )
        if found is None and ">" not in name:  # as Keras up to 3.6 wrote registered functions
            keys = [key for key in known if key.endswith(f">{name}")]
            found = known[keys[0]] if keys else None
    return _existing(found, "function", name, config)


def _class(name: Any, config: dict[str, Any], known: Mapping[str, Any]) -> Any:
    # Keras's own classes have no registered name: nothing that is called like them displaces them.
    found = get_registered_object(config.get("registered_name", name), known)
    if found is None and isinstance(config.get("module"), str) and isinstance(name, str):
        module = config["module"]
        found = class_of_name(module, name)
        own_name = config.get("registered_name") or name
        if found is not None and own_name != name:
            raise ValueError(
                f"`registered_name={own_name!r}` was provided in the config, but "
                f"'{module}.{name}' resolved to a Keras built-in and does not use registered "
                f"names. Remove the `registered_name` field from the config. Full object config: "
                f"{excerpt(config)}"
            )
    return _existing(found, "class", name, config)


def _existing(found: Any, kind: str, name: Any, config: dict[str, Any]) -> Any:
    if found is None:
        raise TypeError(
            f"Could not locate {kind} '{name}'. Make sure custom classes and functions are "
            "decorated with `@keras.saving.register_keras_serializable()`. If they are already "
            "decorated, make sure they are all imported so that the decorator is run before "
            f"trying to load them. Full object config: {excerpt(config)}"
        )
    return found


def _instance(
    cls: Any, inner: dict[str, Any], config: dict[str, Any], known: Mapping[str, Any]
) -> Any:
    """The object of class `cls`, built and compiled as the config says."""
    if isinstance(cls, types.FunctionType):
        return cls
    if not hasattr(cls, "from_config"):
        raise TypeError(
            f"Unable to reconstruct an instance of '{config['class_name']}' because the class is "
            f"missing a `from_config()` method. Full object config: {excerpt(config)}"
        )
    with CustomObjectScope(known):
        try:
            instance = cls.from_config(inner)
        except TypeError as error:
            raise TypeError(
                f"{cls} could not be deserialized properly. Please ensure that components that "
                "are Python object instances (layers, models, etc.) returned by `get_config()` "
                "are explicitly deserialized in the model's `from_config()` method. "
                f"config={excerpt(config)}. Exception encountered: {shortened(error)}"
            ) from error
        if config.get("build_config") and not instance.built:
            instance.build_from_config(config["build_config"])
            instance.built = True
        if config.get("compile_config"):
            instance.compile_from_config(config["compile_config"])
    return instance


def excerpt(config: Any) -> str:
    """A config as text for a message; a long one with its middle left out.

    Messages of models inside models quote one another, and must not grow with their depth.
    """
    shown = reprlib.Repr()
    shown.maxlevel, shown.maxdict, shown.maxlist, shown.maxtuple = 8, 60, 60, 60
    shown.maxstring = shown.maxother = 500
    short = shown.repr(config)
    return shortened(short) if "..." in short or len(short) > _LONG else str(config)


def shortened(message: Any) -> str:
    """A message; a long one with its middle left out."""
    text = str(message)
    return text if len(text) <= _LONG else f"{text[:1500]} [...] {text[-400:]}"

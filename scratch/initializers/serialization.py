"""Initializers as dictionaries, in the format of `keras.saving.serialize_keras_object`.

Four entries: `module` (`"keras.initializers"`), `class_name`, `config` and `registered_name`.
"""

import types
from typing import Any

import numpy as np

from scratch.random import SeedGenerator

PLAIN = (str, int, float, bool, type(None))


def serialize_object(module: str, obj: Any) -> dict[str, Any]:
    """The dictionary of an object with a `get_config`, which Keras exports in `module`."""
    return {
        "module": module,
        "class_name": type(obj).__name__,
        "config": obj.get_config(),
        "registered_name": None,
    }


def serialize_initializer(initializer: Any, built_in: frozenset[type]) -> Any:
    """The dictionary of an initializer; classes that are not built in keep their own module."""
    if isinstance(initializer, PLAIN):
        return initializer
    if isinstance(initializer, types.FunctionType):
        name = initializer.__name__
        return {
            "module": initializer.__module__,
            "class_name": "function",
            "config": name,
            "registered_name": name,
        }
    saved = serialize_object("keras.initializers", initializer)
    if type(initializer) not in built_in:
        saved["module"] = type(initializer).__module__
        saved["registered_name"] = type(initializer).__name__
    return saved


def serialize_seed(seed: Any) -> Any:
    """A seed for a config: integers and None stay, a generator becomes a dictionary."""
    return serialize_object("keras.random", seed) if isinstance(seed, SeedGenerator) else seed


def deserialize_seed(seed: Any) -> Any:
    """The opposite of `serialize_seed`."""
    return SeedGenerator.from_config(seed["config"]) if isinstance(seed, dict) else seed


def serialize_value(value: Any) -> Any:
    """A constant for a config: numbers stay numbers, arrays become dictionaries."""
    if isinstance(value, np.ndarray) and value.ndim > 0:
        saved = {"value": value.tolist(), "dtype": value.dtype.name}
        return {"class_name": "__numpy__", "config": saved}
    return value.item() if isinstance(value, np.ndarray | np.generic) else value


def deserialize_value(value: Any) -> Any:
    """The opposite of `serialize_value`."""
    if isinstance(value, dict):
        return np.array(value["config"]["value"], dtype=value["config"]["dtype"])
    return value

"""What initializers write into their configs besides plain numbers: generators and arrays."""

from typing import Any

import numpy as np

from scratch.random import SeedGenerator
from scratch.serialization import serialize_keras_object


def serialize_seed(seed: Any) -> Any:
    """A seed for a config: integers and None stay, a generator becomes a dictionary."""
    return serialize_keras_object(seed)


def deserialize_seed(seed: Any) -> Any:
    """The opposite of `serialize_seed`."""
    return SeedGenerator.from_config(seed["config"]) if isinstance(seed, dict) else seed


def serialize_value(value: Any) -> Any:
    """A constant for a config: numbers stay numbers, arrays become dictionaries."""
    return serialize_keras_object(value)


def deserialize_value(value: Any) -> Any:
    """The opposite of `serialize_value`."""
    if isinstance(value, dict):
        return np.array(value["config"]["value"], dtype=value["config"]["dtype"])
    return value

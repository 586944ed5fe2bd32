"""The non-linearities a = f(z) (`keras.activations`)."""

from typing import Any

from scratch.activations.rectifiers import relu
from scratch.activations.sigmoids import linear, sigmoid, tanh
from scratch.activations.softmax import softmax
from scratch.lookup import Registry

__all__ = ["deserialize", "get", "linear", "relu", "serialize", "sigmoid", "softmax", "tanh"]

_registry = Registry(
    "activation function", {f.__name__: f for f in (linear, relu, sigmoid, softmax, tanh)}
)


def get(identifier: Any) -> Any:
    """An activation function from its name, from itself, or `linear` for None.

    Raises:
        ValueError: for a name that is not known.
    """
    return linear if identifier is None else _registry.get(identifier)


def serialize(activation: Any) -> Any:
    """The name of an activation function."""
    return _registry.serialize(activation)


def deserialize(config: Any) -> Any:
    """The activation function called `config`."""
    return get(config)

"""The optimizers (`keras.optimizers`)."""

from typing import Any

from scratch.lookup import Registry
from scratch.optimizers.adam import Adam
from scratch.optimizers.optimizer import Optimizer
from scratch.optimizers.rmsprop import RMSprop
from scratch.optimizers.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer", "RMSprop", "deserialize", "get", "serialize"]

_registry = Registry("optimizer", {cls.__name__: cls for cls in (SGD, RMSprop, Adam)})
_registry.names.update({name.lower(): cls for name, cls in list(_registry.names.items())})


def get(identifier: Any) -> Any:
    """An optimizer from its name in any case, its config, or itself.

    Raises:
        ValueError: for a name that is not known.
    """
    if isinstance(identifier, str):
        identifier = identifier.lower()
    return _registry.get(identifier)


def serialize(optimizer: Optimizer) -> Any:
    """The config of an optimizer."""
    return _registry.serialize(optimizer)


def deserialize(config: Any) -> Any:
    """The optimizer that `config` describes."""
    return get(config)

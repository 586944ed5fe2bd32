"""Penalties on the size of weights, added to the loss (`keras.regularizers`)."""

from typing import Any

from scratch.lookup import Registry
from scratch.regularizers.regularizers import L1, L1L2, L2, Regularizer

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "serialize",
]

l1, l2, l1_l2 = L1, L2, L1L2
_registry = Registry(
    "regularizer", {"L1": L1, "L2": L2, "L1L2": L1L2, "l1": L1, "l2": L2, "l1l2": L1L2}
)


def get(identifier: Any) -> Any:
    """A regularizer from its name, its config, itself, or None.

    Raises:
        ValueError: for a name that is not known.
    """
    return _registry.get(identifier)


def deserialize(config: dict) -> Any:
    """The regularizer that `config` describes."""
    return get(config)


def serialize(regularizer: Any) -> Any:
    """The config of a regularizer."""
    return _registry.serialize(regularizer)

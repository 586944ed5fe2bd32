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

l1, l2 = L1, L2
_registry = Registry("regularizer", {"L1": L1, "L2": L2, "L1L2": L1L2, "l1": L1, "l2": L2})


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """An `L1L2` whose two factors default to 0.01, as the string `"l1_l2"` means it."""
    return L1L2(l1=l1, l2=l2)


def get(identifier: Any) -> Any:
    """A regularizer from its name, its config, itself, or None.

    Raises:
        ValueError: for a name that is not known.
    """
    if identifier == "l1_l2":
        return l1_l2()
    return _registry.get(identifier)


def deserialize(config: dict) -> Any:
    """The regularizer that `config` describes."""
    return get(config)


def serialize(regularizer: Any) -> Any:
    """The config of a regularizer."""
    return _registry.serialize(regularizer)
